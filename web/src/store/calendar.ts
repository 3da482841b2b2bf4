import { api, ok, type Wire } from '@/api/client'

/** The working calendar: limits in working time are counted on it. */
export type Calendar = Wire['Calendar']
/** A day that is not as its weekday says. */
export type SpecialDay = Wire['SpecialDay']

/** The calendar as it is. Throws ApiError. */
export const fetchCalendar = (): Promise<Calendar> => ok(api.GET('/api/calendar'))

/** Changes it; every limit that runs is counted anew. Throws ApiError `stale`. */
export const saveCalendar = (body: Calendar): Promise<Calendar> => ok(api.POST('/api/calendar', { body }))
