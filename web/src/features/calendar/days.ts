import type { SpecialDay } from '@/store/calendar'

const iso = (at: Date) => at.toISOString().slice(0, 10)

/** The days of a year by month, each with the column of its weekday, Monday first. */
export function monthsOf(year: number): { date: string; column: number }[][] {
  return Array.from({ length: 12 }, (_, month) => {
    const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
    return Array.from({ length }, (_, n) => {
      const at = new Date(Date.UTC(year, month, n + 1))
      return { date: iso(at), column: ((at.getUTCDay() + 6) % 7) + 1 }
    })
  })
}

/** Whether a day is worked. */
export function works(date: string, special: ReadonlyMap<string, SpecialDay>): boolean {
  const one = special.get(date)
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay()
  return one ? one.work : weekday >= 1 && weekday <= 5
}

/** How many days of a year are worked. */
export const workingDays = (year: number, special: ReadonlyMap<string, SpecialDay>): number =>
  monthsOf(year)
    .flat()
    .filter(({ date }) => works(date, special)).length

/** The days from one to another, both included; at most a year. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let at = new Date(`${from}T00:00:00Z`); iso(at) <= to && days.length < 366;) {
    days.push(iso(at))
    at = new Date(at.getTime() + 86_400_000)
  }
  return days
}

/** Minutes since midnight as 08:30; 24:00 is the end of the day. */
export const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** 08:30 as minutes since midnight; -1 for what is no time. */
export function minutesOf(clock: string): number {
  const [, h, m] = /^(\d{1,2})[:：](\d{2})$/.exec(clock.trim()) ?? []
  const minutes = Number(h) * 60 + Number(m)
  return h && Number(m) < 60 && minutes <= 1440 ? minutes : -1
}
