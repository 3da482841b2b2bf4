import { beforeEach, describe, expect, test } from 'vitest'
import * as layers from '@/map/layers'
import { discreet, line, place, ticks } from './charts'
import type { IncidentMark } from '@/store/incidents'
import { alert, acknowledge, fresh, keepCalls, raise } from './alerts'
import { after, scenes } from './scenes'
import { parseSettings, usual } from './settings'
import { steered } from './steering'
import { brightnessAt } from './useDim'
import { programOf, renewable } from './useRenewal'
import { legible, scaleOf } from './useScale'
import { shiftAt } from './useShift'

beforeEach(() => localStorage.clear())

describe('a chart', () => {
  test.each([
    [0, [0, 1]],
    [4, [0, 1, 2, 3, 4]],
    [3.5, [0, 1, 2, 3, 4]],
    [10, [0, 5, 10]],
    [480, [0, 200, 400, 600]],
    [1000, [0, 250, 500, 750, 1000]],
  ])('of at most %d has the ticks %j', (greatest, expected) => {
    expect(ticks(greatest)).toEqual(expected)
  })

  test('puts a value on its line, and nothing at its foot', () => {
    expect(place(50, 100, 190, 10)).toBe(100)
    expect(place(3, 0, 190, 10)).toBe(190)
    expect(
      line([
        [0, 1],
        [2, 3.25],
      ]),
    ).toBe('M0.0 1.0L2.0 3.3')
  })

  test.each([
    [0, '0'],
    [1, '<3'],
    [2, '<3'],
    [3, '3'],
  ])('shows a group of %d people as %s', (count, shown) => {
    expect(discreet(count, String, '<3')).toBe(shown)
  })
})

describe('the page', () => {
  test.each([
    [1920, 1080, 1],
    [3840, 2160, 2],
    [7680, 2160, 2],
    [1280, 720, 2 / 3],
    [1280, 800, 2 / 3],
  ])('of %d × %d is drawn %d times as large', (width, height, k) => {
    expect(scaleOf(width, height)).toBeCloseTo(k, 5)
  })

  test('shifts by at most six pixels and comes back to the middle', () => {
    const shifts = Array.from({ length: 9 }, (_, minute) => shiftAt(minute))
    for (const { x, y } of shifts) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(6)
    expect(new Set(shifts.map(({ x, y }) => `${x},${y}`)).size).toBe(9)
    expect(shiftAt(9)).toEqual({ x: 0, y: 0 })
  })
})

describe('the scenes', () => {
  test('come round and round, both ways', () => {
    expect(after('overview')).toBe('visits')
    expect(after('teams')).toBe('overview')
    expect(after('overview', -1)).toBe('teams')
  })

  test('name layers that exist', () => {
    const known = Object.values(layers).map(({ about }) => about.id)
    for (const scene of scenes) {
      expect(known).toEqual(expect.arrayContaining([...scene.layers]))
      expect(scene.layers).toEqual(expect.arrayContaining([...scene.legend]))
    }
  })
})

describe('an alert', () => {
  const now = Date.parse('2026-11-22T03:00:00Z')
  const incident = (id: string, more: Partial<IncidentMark> = {}) =>
    ({
      id,
      urgency: 'urgent',
      state: 'reported',
      receivedAt: '2026-11-22T02:59:00Z',
      ...more,
    }) as IncidentMark

  test('comes once for each urgent incident, also when it became urgent later', () => {
    const known = new Set<string>()
    expect(fresh([incident('a'), incident('b', { urgency: 'normal' })], known, now).map((i) => i.id)).toEqual(
      ['a'],
    )
    expect(fresh([incident('a'), incident('b')], known, now).map((i) => i.id)).toEqual(['b'])
    expect(fresh([incident('a'), incident('b')], known, now)).toEqual([])
  })

  test('does not come for what is old or over', () => {
    const list = [incident('a', { receivedAt: '2026-11-22T01:00:00Z' }), incident('b', { state: 'closed' })]
    expect(fresh(list, new Set(), now)).toEqual([])
  })

  test('is remembered no longer than its incident is open', () => {
    const known = new Set<string>()
    for (let i = 0; i < 10_000; i++) fresh([incident(`i${i}`), incident(`i${i + 1}`)], known, now)
    expect(known.size).toBe(2)
  })

  test('waits for those before it and is raised once', () => {
    const one = { id: 'a', kind: 'incident', title: '', place: '', at: '', location: [120, 30] } as const
    raise(one)
    raise({ ...one, title: 'again' })
    raise({ ...one, id: 'b' })
    expect(alert.value).toBe(one)
    acknowledge()
    expect(alert.value?.id).toBe('b')
    acknowledge()
    expect(alert.value).toBeNull()
    raise(one) // after a reload
    expect(alert.value).toBeNull()
  })

  test('for help comes before all others and stays until somebody has answered', () => {
    const one = { id: 'a', kind: 'incident', title: '', place: '', at: '', location: [120, 30] } as const
    raise(one)
    raise({ ...one, id: 'h', kind: 'help' })
    expect(alert.value?.id).toBe('h')
    acknowledge()
    expect(alert.value?.id).toBe('h')
    keepCalls([{ id: 'h' }])
    expect(alert.value?.id).toBe('h')
    keepCalls([])
    expect(alert.value?.id).toBe('a')
    acknowledge()
  })
})

describe('the settings', () => {
  test.each([null, '', 'nonsense', 'null', '{"brightness":9,"distance":"far","screenWidth":-1}'])(
    'stored as %s are as usual',
    (stored) => expect(parseSettings(stored)).toEqual(usual),
  )
  test('are kept', () => {
    const set = { touring: false, sound: false, brightness: 0.5, screenWidth: 3.65, distance: 6 }
    expect(parseSettings(JSON.stringify(set))).toEqual(set)
  })
})

describe('for whoever looks on', () => {
  test.each([
    [0, 5, 1],
    [1.9, 0, 1],
    [3.65, 5, 1],
    [1.9, 5, 1.384],
    [1.9, 30, 1.5],
  ])('a screen of %d m seen from %d m is drawn %d times larger', (width, distance, expected) => {
    expect(legible(width, distance, 3840, 2)).toBeCloseTo(expected, 2)
  })
  test.each([
    ['21:59', 0.8],
    ['22:00', 0.44],
    ['05:59', 0.44],
    ['06:00', 0.8],
  ])('at %s a brightness of 0.8 is %d', (time, expected) => {
    expect(brightnessAt(time, 0.8)).toBeCloseTo(expected, 5)
  })
})

describe('the remote control', () => {
  const was = { version: 2, scene: '', touring: true, turn: 1, sound: true, brightness: 1 } as const
  test('turns the page by the steps since', () => {
    expect(steered(was, { ...was, version: 4, turn: 3, touring: false }, 'overview')).toEqual({
      set: { touring: false, sound: true, brightness: 1 },
      scene: 'incidents',
    })
    expect(steered(was, { ...was, version: 3, turn: 0 }, 'overview')?.scene).toBe('teams')
  })
  test('goes to a scene, also after a reload, and does not turn again', () => {
    expect(steered(undefined, { ...was, scene: 'teams' }, 'overview')?.scene).toBe('teams')
    expect(steered(undefined, was, 'visits')?.scene).toBe('visits')
  })
  test('leaves alone what it never touched and what is not new', () => {
    expect(steered(undefined, { ...was, version: 1 }, 'overview')).toBeNull()
    expect(steered(was, { ...was, sound: false }, 'overview')).toBeNull()
  })
})

describe('a new version', () => {
  test('is known by the address of its script', () => {
    expect(programOf('<head><script type="module" crossorigin src="/assets/wall-1a.js"></script>')).toBe(
      '/assets/wall-1a.js',
    )
    expect(programOf('<p>')).toBe('')
  })
  test.each([
    ['03:29', 0, false],
    ['03:30', 0, true],
    ['03:30', 10, false],
    ['03:40', 10, true],
    ['04:59', 29, true],
    ['05:00', 0, false],
    ['12:00', 0, false],
  ])('at %s with a jitter of %d minutes: %s', (time, jitter, expected) => {
    expect(renewable(time, jitter)).toBe(expected)
  })
})
