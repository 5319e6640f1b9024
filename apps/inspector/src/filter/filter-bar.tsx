import { useFilterText } from '../prefs/address.ts';

/** The filter and what it finds. */
export function FilterBar() {
  const [text, setText] = useFilterText();
  return (
    <search>
      <input
        type="search"
        aria-label="Filter"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </search>
  );
}
