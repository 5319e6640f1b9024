import { maskField } from '../../detail/mask-field.ts';
import { Secret } from '../../detail/secret.tsx';
import { Notes } from '../notes.tsx';
import { useJob } from '../shape/use-job.ts';
import { LongText } from './long-text.tsx';
import styles from './table.module.css';

/** Fields of a form, decoded, in the order in which they came. */
export function FormView({ text }: { readonly text: string }) {
  const { result, failure } = useJob('form', text);
  if (result === undefined) return <p>{failure}</p>;
  const notes = result.isCut ? [`Only the first ${result.fields.length} fields are listed.`] : [];
  if (result.fields.some(({ isBroken }) => isBroken)) {
    notes.push('Fields with a ⚠ are not percent-encoded text, and stand as they were sent.');
  }
  if (result.fields.length === 0) return <p>There is no field.</p>;
  return (
    <>
      <Notes notes={notes} />
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {result.fields.map(({ name, value, isBroken }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and the order is what they are
            <tr key={i}>
              <th scope="row">
                <LongText text={name} />
                {isBroken ? <span title="Not percent-encoded text"> ⚠</span> : null}
              </th>
              <td>
                <Value name={name} text={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** What somebody's password or token is, is seen on demand. */
function Value({ name, text }: { readonly name: string; readonly text: string }) {
  const masked = maskField(name, text);
  return masked === text ? (
    <LongText text={text} />
  ) : (
    <Secret text={text} masked={masked} name={name} />
  );
}
