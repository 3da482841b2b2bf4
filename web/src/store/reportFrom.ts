import { shallowRef } from 'vue'
import { open } from './selection'

/** What a report takes over from the visit at which it was raised. */
export interface ReportFrom {
  visit: string
  building: number
  place: string
  note: string
  /** 大类, when the matter has one. */
  group: string | null
}

/** The visit the open report comes from; null for one that stands for itself. */
export const reportFrom = shallowRef<ReportFrom | null>(null)

/** Opens the report of what was raised at a visit. */
export function report(from: ReportFrom): void {
  reportFrom.value = from
  open('report')
}
