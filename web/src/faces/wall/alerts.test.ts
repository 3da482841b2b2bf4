import { createApp, defineComponent, h, nextTick } from 'vue'
import { afterEach, expect, test, vi } from 'vitest'
import { incidents, type IncidentMark } from '@/store/incidents'
import { serverNow } from '@/store/live'
import { frame, home, target } from '@/store/selection'
import { ALERT_STAYS, useAlerts } from './alerts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('an urgent incident that comes in live has its scene and place, and goes by itself', async () => {
  vi.useFakeTimers()
  const snapshot = { incidents: [], visits: [], teams: [] }
  vi.stubGlobal(
    'fetch',
    vi.fn(
      async () => new Response(JSON.stringify(snapshot), { headers: { 'Content-Type': 'application/json' } }),
    ),
  )
  let shown!: ReturnType<typeof useAlerts>
  const app = createApp(
    defineComponent({
      setup() {
        shown = useAlerts()
        return () => h('p')
      },
    }),
  )
  app.mount(document.createElement('div'))
  await incidents.load()
  await nextTick()
  expect(shown.alert.value).toBeNull()

  serverNow.value = Date.now()
  home.value = [120, 30, 121, 31]
  incidents.apply({
    id: 'i',
    version: 1,
    item: {
      id: 'i',
      version: 1,
      urgency: 'urgent',
      state: 'reported',
      className: '暴露垃圾',
      grid: 1,
      receivedAt: new Date().toISOString(),
      location: [120.1, 30.7],
    } as unknown as IncidentMark,
  })
  await nextTick()
  expect(shown.alert.value?.title).toBe('暴露垃圾')
  expect(shown.scene.value).toBe('incidents')
  expect(target.value).toMatchObject({ lng: 120.1, lat: 30.7 })

  await vi.advanceTimersByTimeAsync(ALERT_STAYS)
  expect(shown.alert.value).toBeNull()
  expect(shown.scene.value).toBeNull()
  expect(frame.value).toEqual([120, 30, 121, 31])
  app.unmount()
})
