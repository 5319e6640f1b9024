import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChangeList, type Listed } from '../../src/capture/change-list.ts';

class Thing implements Listed {
  readonly name: number;
  change = 0;
  older: Listed | undefined;
  newer: Listed | undefined;

  constructor(name: number) {
    this.name = name;
  }
}

test('tells each thing once, in the order of its last change, whatever has happened', () => {
  const steps = fc.array(
    fc.tuple(fc.nat(7), fc.constantFrom('change', 'change', 'remove', 'read')),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const list = new ChangeList<Thing>();
      const things = Array.from({ length: 8 }, (_, i) => new Thing(i));
      /** The model: names in the order of their last change. */
      let expected: { name: number; version: number }[] = [];
      let read = 0;
      for (const [name, what] of all) {
        const thing = things[name] as Thing;
        const isListed = expected.some((one) => one.name === name);
        if (what === 'change') {
          list.changed(thing);
          expected = expected.filter((one) => one.name !== name);
          expected.push({ name, version: list.version });
        } else if (what === 'remove' && isListed) {
          list.remove(thing);
          expected = expected.filter((one) => one.name !== name);
        } else {
          const names = list.since(read).map((one) => one.name);
          expect(names).toEqual(
            expected.filter(({ version }) => version > read).map((one) => one.name),
          );
          read = list.version;
        }
      }
      expect(list.since(0).map((one) => one.name)).toEqual(expected.map((one) => one.name));
    }),
  );
});
