import { createBackend } from '../backends/create.ts';
import { serve } from './messages.ts';
import type { Job, Message } from './train/protocol.ts';
import { doJob } from './train/work.ts';

serve<Job, Message>((job, post) => doJob(job, (name) => createBackend[name](), post));
