import { COPY_FORMATS, COPY_LABELS, type CopyFormat } from '@sellia/inspector/browser';
import { useState } from 'react';
import type { ExchangeDetail, ExchangeRow } from '../api/types.ts';
import { useCommands } from '../commands/commands.ts';
import { localOrigin } from '../detail/exchange-url.ts';
import { setPrefs, usePrefs } from '../prefs/prefs.ts';
import { useSession } from '../traffic/session.ts';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { say } from '../ui/toast.tsx';
import type { CopyResult, CopyWhat } from './copy-exchange.ts';
import { CopyNotes } from './copy-notes.tsx';

interface CopyMenuProps {
  readonly row: ExchangeRow;
  readonly detail: ExchangeDetail | undefined;
}

/** What an exchange can be copied as. */
export function CopyMenu({ row, detail }: CopyMenuProps) {
  const { copiesLocal, copiesMasked } = usePrefs();
  const target = useSession(
    ({ status }) => status?.tunnels.find(({ name }) => name === row.tunnel)?.target,
  );
  const [result, setResult] = useState<CopyResult>();
  const local = localOrigin(target);
  const copy = (what: CopyWhat): void => {
    if (detail === undefined) return;
    const origin = copiesLocal ? local : undefined;
    const choice = { isMasked: copiesMasked, ...(origin === undefined ? {} : { origin }) };
    void import('./copy-exchange.ts')
      .then(({ copyExchange }) => copyExchange(what, detail, choice))
      .then((made) => show(made, setResult))
      .catch((error: Error) => say(error.message));
  };
  useCommands({ 'copy-curl': () => copy('curl'), 'copy-url': () => copy('url') });
  const whyNot = detail === undefined ? 'It is still being read.' : undefined;
  const item = (label: string, what: CopyWhat, why = whyNot): MenuItem => ({
    label,
    whyNot: why,
    onSelect: () => copy(what),
  });
  const noAnswer = row.firstByteMs < 0 ? 'There is no response.' : whyNot;
  const noBody = row.responseBytes === 0 ? 'The response has no body.' : noAnswer;
  return (
    <>
      <Menu
        items={[
          ...COPY_FORMATS.map((format: CopyFormat) => item(COPY_LABELS[format], format)),
          item('URL', 'url'),
          item('Path', 'path'),
          item('Response', 'response', noAnswer),
          item('Response body', 'body', noBody),
          item('Exchange as JSON', 'json'),
          {
            label: 'To the local server',
            isSwitched: copiesLocal && local !== undefined,
            whyNot: local === undefined ? 'Its address is not known.' : undefined,
            onSelect: () => setPrefs({ copiesLocal: !copiesLocal }),
          },
          {
            label: 'Without secrets',
            isSwitched: copiesMasked,
            onSelect: () => setPrefs({ copiesMasked: !copiesMasked }),
          },
        ]}
      >
        Copy
      </Menu>
      {result === undefined ? null : (
        <CopyNotes result={result} onClose={() => setResult(undefined)} />
      )}
    </>
  );
}

/** A file that is needed is shown at once, mere words on demand. */
function show(result: CopyResult, setResult: (result: CopyResult) => void): void {
  if (result.file !== undefined) setResult(result);
  else if (result.warnings.length > 0) {
    say(`Copied ${result.label}, with differences`, {
      label: 'Which',
      onSelect: () => setResult(result),
    });
  }
}
