import { ref, shallowRef } from 'vue'
import type { zh } from './zh'
import { zhStart } from './zhStart'

/** Names of all texts; zh.ts is the source of truth, en.ts must say the same. */
export type TextKey = keyof typeof zh

/** Languages of the interface. Messages of the server are always Chinese. */
export type Language = 'zh' | 'en'

const KEY = 'wangge.language'

// The page for signing in starts with what it says itself; everyText.ts brings the rest.
const chinese: Partial<Record<TextKey, string>> = { ...zhStart }

/** Adds texts to those that can be said. */
export function addTexts(texts: Partial<Record<TextKey, string>>): void {
  Object.assign(chinese, texts)
}

/** The language of this device. */
export const language = ref<Language>('zh')

// Most devices never read the English table, so it comes when it is asked for.
const english = shallowRef<Partial<Record<TextKey, string>>>(chinese)

/** Switches the language and remembers it on this device. Rejects when the texts cannot be had; the language stays. */
export async function setLanguage(to: Language): Promise<void> {
  if (to === 'en') english.value = (await import('./en')).en
  language.value = to
  localStorage.setItem(KEY, to)
  document.documentElement.lang = to === 'en' ? 'en' : 'zh-CN'
}

/** Takes up the language this device was left in; before the page is shown. A table that cannot be had leaves it Chinese. */
export function recallLanguage(): Promise<void> {
  return setLanguage(localStorage.getItem(KEY) === 'en' ? 'en' : 'zh').catch(() => {})
}

/** What fills the {gaps} of a text. */
export type Params = Record<string, string | number>

/** The text in the device's language, with its {gaps} filled; numbers are grouped. */
export function t(key: TextKey, params: Params = {}): string {
  const text = (language.value === 'en' ? english.value : chinese)[key] ?? key
  return text.replace(/\{(\w+)\}/g, (gap, name: string) => {
    const value = params[name]
    return value === undefined ? gap : typeof value === 'number' ? number(value) : value
  })
}

/** Whether a name made at run time, e.g. `team.patrol`, has a text. */
export function hasText(key: string): key is TextKey {
  return Object.hasOwn(chinese, key)
}

const tag = () => (language.value === 'en' ? 'en-GB' : 'zh-CN')

/** A number with grouped digits and at most `digits` decimals. */
export function number(value: number, digits = 1): string {
  return new Intl.NumberFormat(tag(), { maximumFractionDigits: digits }).format(value)
}

/** A share of 0–1 as a percentage, 82% or 7.5%. */
export function percent(share: number, digits = 0): string {
  return new Intl.NumberFormat(tag(), { style: 'percent', maximumFractionDigits: digits }).format(share)
}

// Business time is that of the street, wherever the browser stands.
const ZONE = 'Asia/Shanghai'

/** A day as 2026-11-22, in both languages. */
export function day(at: Date | string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(new Date(at))
}

/** A time of day as 09:05, 24 hours. */
export function clock(at: Date | string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at))
}

/** Day and time as 2026-11-22 09:05. */
export function moment(at: Date | string): string {
  return `${day(at)} ${clock(at)}`
}

/** The weekday: 周日, Sun. */
export function weekday(at: Date | string): string {
  return new Intl.DateTimeFormat(tag(), { timeZone: ZONE, weekday: 'short' }).format(new Date(at))
}

/** How long ago, in the coarsest useful unit: 3 分钟前, 3 minutes ago. `now` in milliseconds. */
export function ago(at: Date | string, now = Date.now()): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000)
  const units = [
    ['day', 86400],
    ['hour', 3600],
    ['minute', 60],
  ] as const
  const format = new Intl.RelativeTimeFormat(tag(), { numeric: 'auto' })
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit)
  }
  return t('time.now')
}

/** Weekdays from Monday on, for calendars. */
export function weekdays(): string[] {
  return Array.from({ length: 7 }, (_, i) => weekday(new Date(Date.UTC(2026, 5, 1 + i))))
}
