import { computed, shallowRef, watch } from 'vue'
import { api, ok, type Wire } from '@/api/client'
import { perform, transmit } from './commands'
import { collection } from './collection'
import { liveState, onLive, onTopic } from './live'
import { uuidv7 } from './uuid'

/** A call for help; on a wall without who called. */
export type HelpCall = Wire['HelpCall']

/** Calls for help of the territory: those not closed, and those of the last day. */
export const helpCalls = collection<HelpCall>(async () => (await ok(api.GET('/api/help-calls'))) ?? [])

/** Calls nobody has answered yet, the oldest first. */
export const openCalls = computed(() =>
  helpCalls.list.value
    .filter(({ state }) => state === 'open')
    .sort((a, b) => a.receivedAt.localeCompare(b.receivedAt)),
)

/** Calls that are not over. */
export const runningCalls = computed(() => helpCalls.list.value.filter(({ state }) => state !== 'closed'))

/** The call this device has just sent, whether the server has it or not. */
export const ownCall = shallowRef<{ id: string; sent: boolean } | null>(null)

/** Keeps the calls as the server knows them. Returns the stop. */
export function followHelp(): () => void {
  const stops = [
    onTopic('help', () => void helpCalls.load()),
    // One's own call may lie outside one's territory: what comes of it is told to oneself.
    onLive(({ topic }) => void (topic === 'notice' && ownCall.value && helpCalls.load())),
    // After a break something may have been missed.
    watch(liveState, (state) => state === 'live' && void helpCalls.load()),
  ]
  void helpCalls.load()
  return () => stops.forEach((stop) => stop())
}

/**
 * Calls for help: through the device's outbox, which sends at once and goes on
 * trying until the server has it. False: it is kept and not there yet.
 */
export async function callHelp(draft: Omit<Wire['HelpDraft'], 'id'>, about: string): Promise<boolean> {
  const id = uuidv7()
  ownCall.value = { id, sent: false }
  const answer = await perform<HelpCall>({
    kind: 'call-help',
    entity: id,
    method: 'POST',
    path: '/api/help-calls',
    body: { ...draft, id },
    about,
    key: uuidv7(),
  })
  if (answer) ownCall.value = { id, sent: true }
  return answer !== null
}

/** Answers a call or ends it. Throws ApiError `conflict` when somebody was faster. */
export async function stepHelp(call: HelpCall, action: 'acknowledge' | 'close', result = ''): Promise<void> {
  try {
    await transmit<HelpCall>({
      kind: 'step-help',
      entity: call.id,
      method: 'POST',
      path: `/api/help-calls/${call.id}/steps`,
      body: { version: call.version, action, ...(result && { result }) },
      about: '',
      key: uuidv7(),
    })
  } finally {
    await helpCalls.load()
  }
}
