import type { Shift } from '@/store/shifts'
import { day, weekdays } from '@/ui/text'

/** A day of the roster with what begins on it. */
export interface RosterDay {
  /** 2026-11-22. */
  date: string
  weekday: string
  /** It is before today. */
  over: boolean
  shifts: Shift[]
}

/** Shifts by the day they begin on, in China: today and what is to come first, what is over at the end. Days without any are left out. */
export function daysOf(shifts: readonly Shift[], today: string): RosterDay[] {
  const names = weekdays()
  const days = new Map<string, RosterDay>()
  for (const shift of shifts) {
    const date = day(shift.startsAt)
    const one = days.get(date) ?? {
      date,
      weekday: names[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7]!,
      over: date < today,
      shifts: [],
    }
    one.shifts.push(shift)
    days.set(date, one)
  }
  return [...days.values()].sort((a, b) => Number(a.over) - Number(b.over) || a.date.localeCompare(b.date))
}
