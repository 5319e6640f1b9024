/**
 * Loaded into each program that the demo starts. The channel to the demo closes when the demo asks
 * for the end, and when the demo itself ends, however it does: no program outlives it. Works where
 * there are no signals, too.
 */
process.on('disconnect', () => {
  // Nobody listens yet while the program still starts.
  if (!process.emit('SIGTERM')) process.exit();
});
// The listener must not keep a program running that is done.
process.channel?.unref();
