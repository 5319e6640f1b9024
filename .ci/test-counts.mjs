/**
 * Prints `PASSED FAILED` for a JSON report of Vitest, and on standard error the name of each test
 * that did not run. Skipped and to-do tests count as failed, and so does a file that did not load:
 * it has no tests to count.
 */
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let passed = 0;
let failed = 0;
for (const file of report.testResults) {
  if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) {
    failed += 1;
    console.error(`failed outside of its tests: ${file.name}`);
  }
  for (const test of file.assertionResults) {
    if (test.status === 'passed') {
      passed += 1;
      continue;
    }
    failed += 1;
    if (test.status !== 'failed') console.error(`${test.status}: ${file.name}: ${test.fullName}`);
  }
}
if (passed + failed === 0) throw new Error('the report holds no test');
console.log(passed, failed);
