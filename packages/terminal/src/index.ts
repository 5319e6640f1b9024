export { type ColorChoice, colorChoice, type Environment, wantsColor } from './color.ts';
export { Ending } from './ending.ts';
export { ExitCode, exitCodesHelp } from './exit-code.ts';
export {
  Failure,
  failureFields,
  failureLines,
  programFailure,
  stackLines,
  unexpected,
  usageFailure,
} from './failure.ts';
export { shapeHeap } from './heap.ts';
export { fullText, LineWriter, type Loss } from './line-writer.ts';
export { Palette } from './palette.ts';
export { asciiJson, printable, shortened } from './printable.ts';
export { PROGRAM_ERRORS, type ProgramErrorCode } from './program-errors.ts';
export { type Shown, Styled, styled } from './styled.ts';
export { count, durationText, readDuration, sizeText, timeOfDay } from './units.ts';
