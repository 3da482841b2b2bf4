import { changeVisit, mattersOf } from '@/store/matters'
import { useWaiting } from './useWaiting'

/** The matters of visits that wait. */
export const useMatters = (grid: () => number | null) =>
  useWaiting(grid, { read: mattersOf, change: changeVisit, topics: ['visit', 'incident'] })
