import { expect, describe as group, it } from 'vitest';
import { describe } from '../../src/filter/describe.ts';
import { parseFilter } from '../../src/filter/parse.ts';

group('describing a filter', () => {
  it.each([
    ['', 'everything'],
    ['status:>=500 path:api', 'status is 500 or more, and the path contains "api"'],
    ['users', 'the URL contains "users"'],
    ['-users', 'the URL does not contain "users"'],
    ['/us.rs/i', 'the URL matches /us.rs/i'],
    ['method:get', 'the method is GET'],
    ['-method:/^P/', 'the method does not match /^P/'],
    ['tag:Stripe', 'a tag is "Stripe"'],
    ['-tag:Stripe', 'no tag is "Stripe"'],
    ['-is:tagged', 'it has no tag'],
    ['status:4xx', 'status is between 400 and 499'],
    ['-status:404', 'status is not 404'],
    ['status:<400 OR status:<=302', 'status is less than 400, or status is 302 or less'],
    ['size:>10k', 'the response is more than 10 KiB'],
    ['size:=1', 'the response is 1 byte'],
    ['size:1000..1.5M', 'the response is between 1000 bytes and 1.5 MiB'],
    ['dur:>500ms', 'the duration is more than 500 ms'],
    ['dur:>=90s', 'the duration is 1.5 minutes or more'],
    ['since:5m', 'it began in the last 5 minutes'],
    ['-since:1h', 'it began more than 1 hour ago'],
    ['ip:10.', 'the address begins with "10."'],
    ['-ip:10.', 'the address does not begin with "10."'],
    ['is:error', 'it is an error'],
    ['-is:slow', 'it took less than a second'],
    ['close:1006', 'the close code is 1006'],
    ['header:x-id', 'there is a header x-id'],
    ['-reqheader:x-id', 'there is no request header x-id'],
    ['resheader:x-id="a b"', 'there is a response header x-id that contains "a b"'],
    ['type:json', 'a media type is "json"'],
    ['-type:json', 'no media type is "json"'],
    ['-body:x', 'no body contains "x"'],
    ['-resbody:x', 'the response body does not contain "x"'],
    ['header:/^a/', 'a header matches /^a/'],
    [
      '(a OR b) -(c d)',
      '(the URL contains "a", or the URL contains "b"), and ' +
        'not (the URL contains "c", and the URL contains "d")',
    ],
  ])('%s shows what: %s', (text, sentence) => {
    expect(describe(parseFilter(text).filter)).toBe(sentence);
  });
});
