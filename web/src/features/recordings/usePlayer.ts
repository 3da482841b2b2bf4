import { onBeforeUnmount, ref } from 'vue'
import { t } from '@/ui/text'

/** Plays one sound at a time; `sound` fetches it when somebody wants to hear it. */
export function usePlayer(sound: (id: string) => Promise<Blob>) {
  const playing = ref('')
  const busy = ref('')
  const trouble = ref('')
  let voice: HTMLAudioElement | undefined
  let url = ''

  function stop() {
    voice?.pause()
    voice = undefined
    playing.value = ''
    if (url) URL.revokeObjectURL(url)
    url = ''
  }

  async function play(id: string) {
    if (playing.value === id) return stop()
    stop()
    trouble.value = ''
    busy.value = id
    try {
      const blob = await sound(id)
      if (busy.value !== id) return
      url = URL.createObjectURL(blob)
      voice = new Audio(url)
      voice.onended = stop
      playing.value = id
      await voice.play()
    } catch (cause) {
      if ((cause as Error).name === 'AbortError') return // stopped before it began
      stop()
      const { code, message } = cause as { code?: string; message?: string }
      trouble.value = code === 'offline' ? t('state.offline') : (code && message) || t('recording.unheard')
    } finally {
      if (busy.value === id) busy.value = ''
    }
  }

  onBeforeUnmount(() => {
    busy.value = ''
    stop()
  })
  return { playing, busy, trouble, play, stop }
}
