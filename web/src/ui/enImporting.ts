import type { zhImporting } from './zhImporting'

/** The same texts in English. */
export const enImporting: Record<keyof typeof zhImporting, string> = {
  'desk.jobs': 'Jobs',
  'jobs.title': 'Jobs',
  'jobs.hint': 'Longer work such as imports. You may leave this page; the server goes on.',
  'jobs.none': 'No jobs yet',
  'jobs.state.waiting': 'Waiting',
  'jobs.state.running': 'Running',
  'jobs.state.done': 'Done',
  'jobs.state.failed': 'Not done',
  'jobs.state.cancelled': 'Cancelled',
}
