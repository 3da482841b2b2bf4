import type { ExpressionSpecification } from 'maplibre-gl'
import { icon, type Hue, type Shape } from './icons'
import type { Palette } from './palette'

/** Shape, colour and letter of a symbol. */
export type Mark = readonly [Shape, Hue, string]

/** Service points by kind. */
export const pointMarks: Record<string, Mark> = {
  service_centre: ['house', 'red', '党'],
  service_station: ['house', 'red', '站'],
  affairs_centre: ['square', 'blue', '办'],
  relief_centre: ['square', 'orange', '助'],
  activity_room: ['square', 'green', '活'],
  talk_room: ['circle', 'green', '谈'],
  community_school: ['square', 'violet', '学'],
  party_school: ['square', 'red', '校'],
  wish_wall: ['diamond', 'amber', '愿'],
  education_station: ['square', 'violet', '教'],
  union: ['square', 'blue', '工'],
  care_home: ['house', 'orange', '养'],
  clinic: ['square', 'green', '医'],
  public: ['circle', 'muted', '公'],
}

/** Teams by kind. */
export const teamMarks: Record<string, Mark> = {
  patrol: ['triangle', 'blue', '巡'],
  greening: ['hexagon', 'green', '绿'],
  volunteer: ['circle', 'red', '志'],
  manners: ['diamond', 'violet', '劝'],
  housework: ['house', 'orange', '家'],
  legal: ['square', 'violet', '法'],
  arts: ['flag', 'amber', ''],
}

/** Institutions by the way the Party works there; hollow where it does not yet. */
export const institutionMarks: Record<string, Mark> = {
  own: ['square', 'red', '独'],
  joint: ['square', 'orange', '联'],
  liaison: ['square', 'blue', '络'],
  point: ['square', 'green', '点'],
  none: ['ring', 'muted', ''],
}

/** Visits by whether somebody was met. */
export const visitMarks: Record<string, Mark> = {
  met: ['circle', 'green', ''],
  nobody: ['ring', 'amber', ''],
  refused: ['square', 'violet', ''],
}

/** How far an incident has got: shape and colour together. */
export const phaseMarks: Record<string, readonly [Shape, Hue]> = {
  waiting: ['diamond', 'red'],
  handling: ['square', 'amber'],
  checking: ['circle', 'blue'],
  over: ['circle', 'muted'],
}

/** The letter of a group of incident classes (大类). */
export const groupLetters: Record<string, string> = {
  '01': '环',
  '02': '宣',
  '03': '施',
  '04': '急',
  '05': '街',
  '06': '部',
  '07': '调',
  '08': '安',
  '09': '民',
  '10': '意',
  '11': '党',
}

/** `icon-image` of a feature whose property names one of the marks; the last mark stands for the unknown. */
export function symbols(
  palette: Palette,
  marks: Record<string, Mark>,
  property: string,
): ExpressionSpecification {
  const cases = Object.entries(marks).flatMap(([key, mark]) => [key, icon(palette, ...mark)])
  const fallback = cases.at(-1)!
  return ['match', ['get', property], ...cases, fallback] as unknown as ExpressionSpecification
}
