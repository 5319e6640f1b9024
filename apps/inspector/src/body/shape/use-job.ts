import { useEffect, useState } from 'react';
import { inWorker } from './in-worker.ts';
import type { JobInput, JobName, JobResult } from './jobs.ts';

/** What a job came to; what it was before stays until there is something newer. */
export interface JobState<Name extends JobName> {
  readonly result: JobResult<Name> | undefined;
  readonly failure: string;
}

/** Does a job again whenever its input is another one, compared by identity. */
export function useJob<Name extends JobName>(name: Name, input: JobInput<Name>): JobState<Name> {
  const [state, setState] = useState<JobState<Name>>({ result: undefined, failure: '' });
  useEffect(() => {
    let isStale = false;
    inWorker(name, input).then(
      (result) => {
        if (!isStale) setState({ result, failure: '' });
      },
      (error: Error) => {
        if (!isStale) setState({ result: undefined, failure: error.message });
      },
    );
    return () => {
      isStale = true;
    };
  }, [name, input]);
  return state;
}
