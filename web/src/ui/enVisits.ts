import type { zhVisits } from './zhVisits'

/** The texts of zhVisits in English. */
export const enVisits: Record<keyof typeof zhVisits, string> = {
  'due.only': 'Show',
  'due.only.now': 'Due',
  'due.only.overdue': 'Overdue',
  'due.only.followUp': 'Promised',
  'due.only.never': 'Never reached',
  'due.only.week': 'This week',
  'due.why.never': 'Never reached',
  'due.why.followUp.late': 'Promised, {n} days past',
  'due.why.followUp.today': 'Promised for today',
  'due.why.followUp.ahead': 'Promised in {n} days',
  'due.why.rhythm.late': 'Every {every} days, {n} overdue',
  'due.why.rhythm.ahead': 'Every {every} days, due in {n}',
  'due.orderHere': 'In walking order from where you are',
  'due.fromHere': 'From here',
  'due.noPlace': 'No position; in walking order of the grid',
  'layer.dues': 'Visits due',
  'due.house.overdue': 'Building · overdue doors (number: doors due)',
  'due.house.never': 'Building · doors never reached',
  'due.house.soon': 'Building · doors due this week',
  'due.house.visited': 'Building · all visited',
}
