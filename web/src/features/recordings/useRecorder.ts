import { onBeforeUnmount, ref } from 'vue'
import type { RecordingDraft } from '@/store/recordings'
import { uuidv7 } from '@/store/uuid'
import { t, type TextKey } from '@/ui/text'

// What every browser of today records and plays; see the decision on recordings.
const TYPE = 'audio/webm;codecs=opus'
const BITS = 24_000 // a second: speech stays clear, two minutes are under 400 KB

const REFUSALS: Record<string, TextKey> = {
  NotAllowedError: 'recording.refused',
  SecurityError: 'recording.refused',
  NotFoundError: 'recording.noDevice',
  OverconstrainedError: 'recording.noDevice',
  NotReadableError: 'recording.taken',
  AbortError: 'recording.taken',
}

/** A microphone that is on from start to stop and stops by itself after `longest` seconds; `done` gets what was recorded. */
export function useRecorder(longest: number, done: (draft: RecordingDraft) => void) {
  const running = ref(false)
  const asking = ref(false)
  const seconds = ref(0)
  const trouble = ref('')
  let recorder: MediaRecorder | undefined
  let timer: ReturnType<typeof setInterval> | undefined
  let gone = false

  /** Why this browser cannot record at all; '' when it can. */
  function cannot(): TextKey | '' {
    if (!isSecureContext) return 'recording.insecure'
    const able = typeof MediaRecorder !== 'undefined' && MediaRecorder.isTypeSupported(TYPE)
    return able && 'mediaDevices' in navigator ? '' : 'recording.cannot'
  }

  async function start() {
    if (running.value || asking.value) return
    const reason = cannot()
    trouble.value = reason && t(reason)
    if (reason) return
    asking.value = true
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
      })
      if (gone) return release(stream)
      record(stream)
    } catch (cause) {
      trouble.value = t(REFUSALS[(cause as Error).name] ?? 'recording.cannot')
    } finally {
      asking.value = false
    }
  }

  function record(stream: MediaStream) {
    const parts: Blob[] = []
    const begun = performance.now()
    const since = () => (performance.now() - begun) / 1000
    const one = new MediaRecorder(stream, { mimeType: TYPE, audioBitsPerSecond: BITS })
    recorder = one
    one.ondataavailable = ({ data }) => data.size > 0 && parts.push(data)
    one.onerror = () => (trouble.value = t('recording.broken'))
    one.onstop = () => {
      const length = since()
      clearInterval(timer)
      release(stream)
      running.value = false
      const blob = new Blob(parts, { type: 'audio/webm' })
      if (!gone && !trouble.value && blob.size > 0) done({ id: uuidv7(), blob, seconds: length })
    }
    one.start()
    running.value = true
    seconds.value = 0
    timer = setInterval(() => {
      seconds.value = Math.min(since(), longest)
      if (since() >= longest) stop()
    }, 200)
  }

  const release = (stream: MediaStream) => stream.getTracks().forEach((track) => track.stop())
  function stop() {
    if (recorder?.state === 'recording') recorder.stop()
  }
  onBeforeUnmount(() => {
    gone = true
    stop()
  })
  return { running, asking, seconds, trouble, start, stop }
}
