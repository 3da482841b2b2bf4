import { asksOf, changeAsk } from '@/store/asks'
import { useWaiting } from './useWaiting'

/** The wishes and needs that wait. */
export const useAsks = (grid: () => number | null) =>
  useWaiting(grid, { read: asksOf, change: changeAsk, topics: ['ask'] })
