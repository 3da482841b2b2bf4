import { computed, ref, shallowRef } from 'vue'
import { areas } from '@/store/areas'
import { grids } from '@/store/grids'
import { useRemote } from '@/store/remote'
import { fetchSigns, makeSigns, retireSign, type Sign } from '@/store/signs'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

/** The signs of one grid, chosen by community and grid. */
export function useSigns() {
  void areas.want()
  void grids.want()
  const community = ref<number | null>(null)
  const grid = ref<number | null>(null)
  const busy = ref(false)
  const ending = shallowRef<Sign | null>(null)
  const communities = computed(() =>
    areas.list.value
      .filter(({ level }) => level === 'community')
      .map(({ id, name }) => ({ key: id, label: name })),
  )
  const place = computed({
    get: () => community.value ?? communities.value[0]?.key ?? null,
    set: (to) => ((community.value = to), (grid.value = null)),
  })
  const ofPlace = computed(() =>
    grids.list.value
      .filter((one) => one.community === place.value)
      .map(({ id, name }) => ({ key: id, label: name })),
  )
  const chosen = computed({
    get: () => grid.value ?? ofPlace.value[0]?.key ?? null,
    set: (to) => (grid.value = to),
  })
  const list = useRemote(
    () => chosen.value,
    (id) => fetchSigns(id),
  )
  async function attempt(doing: () => Promise<string>) {
    busy.value = true
    try {
      say(await doing(), 'good')
    } catch (cause) {
      say((cause as Error).message || t('state.error'), 'bad')
    }
    busy.value = false
    await list.load()
  }
  const make = () =>
    attempt(async () => {
      const made = await makeSigns({ grid: chosen.value!, ofGrid: true, buildings: true })
      return t('signs.made', { n: made })
    })
  const retire = ({ id }: Sign) =>
    attempt(async () => {
      ending.value = null
      await retireSign(id)
      return t('signs.retired')
    })
  return { communities, place, ofPlace, chosen, list, busy, ending, make, retire }
}
