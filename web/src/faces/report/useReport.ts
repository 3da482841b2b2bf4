import { computed, reactive, ref, shallowRef } from 'vue'
import { uuidv7 } from '@/store/uuid'
import { shrink } from '@/features/photos/shrink'
import { word } from '@/ui/zhReport'
import { keep } from './kept'
import { Refusal, sendPhoto, sendReport, type Receipt, type Sign } from './send'

/** The most photos of a report. */
export const PHOTOS = 3

interface Taken {
  id: string
  blob: Blob
  url: string
  sent: boolean
}

/** A report that is being written at a sign, and its way to the server. */
export function useReport(token: string, sign: () => Sign | null) {
  const input = reactive({ class: '', text: '', place: '', phone: '', website: '' })
  const spot = shallowRef<{ location: [number, number]; accuracy: number } | null>(null)
  const locating = ref(false)
  const photos = shallowRef<Taken[]>([])
  const busy = ref(false)
  const trouble = shallowRef<Refusal | null>(null)
  const receipt = shallowRef<Receipt | null>(null)
  const left = computed(() => photos.value.filter(({ sent }) => !sent).length)
  let key = uuidv7()

  async function take(files: FileList | null) {
    trouble.value = null
    for (const file of [...(files ?? [])].slice(0, PHOTOS - photos.value.length)) {
      // Old phones cannot shrink; the server makes it small anyway.
      const blob = await shrink(file).catch(() => file)
      photos.value = [...photos.value, { id: uuidv7(), blob, url: URL.createObjectURL(blob), sent: false }]
    }
  }
  function drop(id: string) {
    photos.value = photos.value.filter((one) => one.id !== id || void URL.revokeObjectURL(one.url))
  }
  function locate() {
    if (spot.value) return void (spot.value = null)
    locating.value = true
    trouble.value = null
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        locating.value = false
        spot.value = { location: [coords.longitude, coords.latitude], accuracy: coords.accuracy }
      },
      () => {
        locating.value = false
        trouble.value = new Refusal(word('notLocated'), 'location')
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    )
  }
  async function run(work: () => Promise<void>) {
    busy.value = true
    trouble.value = null
    try {
      await work()
    } catch (cause) {
      trouble.value = cause as Refusal
    } finally {
      busy.value = false
    }
  }
  const sendPhotos = () =>
    run(async () => {
      for (const one of photos.value.filter(({ sent }) => !sent)) {
        await sendPhoto(receipt.value!, one.id, one.blob)
        photos.value = photos.value.map((other) => (other.id === one.id ? { ...other, sent: true } : other))
      }
    })
  async function send() {
    if (!input.class) return void (trouble.value = new Refusal(word('choose'), 'class'))
    await run(async () => {
      receipt.value = await sendReport({ sign: token, ...input, ...spot.value }, key)
      const what = sign()?.classes.find(({ code }) => code === input.class)?.name ?? ''
      keep({ ...receipt.value, what, at: new Date().toISOString() })
    })
    if (receipt.value) await sendPhotos()
  }
  function another() {
    photos.value.forEach(({ url }) => URL.revokeObjectURL(url))
    Object.assign(input, { class: '', text: '', place: '' })
    photos.value = []
    receipt.value = trouble.value = null
    key = uuidv7()
  }
  return {
    input,
    spot,
    locating,
    locate,
    photos,
    take,
    drop,
    left,
    busy,
    trouble,
    receipt,
    send,
    sendPhotos,
    another,
  }
}
