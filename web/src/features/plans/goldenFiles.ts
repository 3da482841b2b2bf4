import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { PlanCells, PlanDelta, PlanGesture, PlanGrid } from '@/store/plans'

/** A random city and thirty gestures on it with what the server says of each; written by the server's own tests. */
export interface Golden {
  ground: PlanCells
  steps: { op: PlanGesture; error?: string; delta: PlanDelta; grids: PlanGrid[]; borders: number[] }[]
}

/** Reads a golden file, for tests: seeds 1–4 are plans of grids, 5 and 6 of community borders. The tests run in web/. */
export const readGolden = (seed: number): Golden =>
  JSON.parse(readFileSync(resolve(`../internal/ward/testdata/plan/${seed}.json`), 'utf8'))
