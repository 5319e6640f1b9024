// Before the first paint, so that nobody sees the other theme flash up.
(() => {
  try {
    const { theme, density } = JSON.parse(localStorage.getItem('sellia') ?? '{}').state ?? {};
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    if (density === 'comfortable') document.documentElement.dataset.density = density;
  } catch {
    // Storage is off, or holds what is not ours: the system's theme it is.
  }
})();
