import { placeName } from '@/store/placeName'
import type { Noun } from '@/store/selection'
import { day, moment, t, type TextKey } from '@/ui/text'
import { term } from '@/ui/term'
import type { Column } from '@/ui/useRows'

/** A row of any register: what the server sends, read by the columns. */
export interface Row {
  id: number | string
  [field: string]: unknown
}

/** A register of the desk: where its rows come from and how they are shown. */
export interface RegisterPage {
  /** Name in the address and of the list: /api/NAME. */
  name: string
  title: TextKey
  /** What a row opens; absent when it has no card. */
  noun?: Noun
  /** Roles that may read it; absent for everybody who signs in. The server decides. */
  roles?: readonly string[]
  /** Vocabulary of the filter `kind`, and its values. */
  kinds?: {
    vocabulary: string
    values: readonly string[]
    /** Name of the filter in the query when it is not `kind`. */
    query?: string
    label?: TextKey
  }
  /** Whether the list narrows by community and by words. */
  narrows?: boolean
  columns: () => Column<Row>[]
}

const text = (field: string) => (row: Row) => (row[field] as string | null) || null
const count = (field: string) => (row: Row) => row[field] as number | null
const word = (vocabulary: string, field: string) => (row: Row) => {
  const value = row[field] as string | null
  return value ? term(vocabulary, value) : null
}
const list =
  (field: string, vocabulary = '') =>
  (row: Row) =>
    ((row[field] as string[] | null) ?? [])
      .map((one) => (vocabulary ? term(vocabulary, one) : one))
      .join('、') || null
const time = (field: string) => (row: Row) => (row[field] ? moment(row[field] as string) : null)

type Value = Column<Row>['value']
const col = (key: string, label: TextKey, value: Value = text(key)): Column<Row> => ({
  key,
  label: t(label),
  value,
})
const num = (key: string, label: TextKey, value: Value = count(key)): Column<Row> => ({
  ...col(key, label, value),
  numeric: true,
})

const registry = ['grid_leader', 'grid_staff', 'planner', 'duty_head', 'secretary', 'party_office', 'admin']
const offices = ['secretary', 'party_office', 'admin']
const staff = [...registry, 'intake', 'dispatcher', 'handler']

/** Every register, in the order of the navigation. */
export const registers: readonly RegisterPage[] = [
  {
    name: 'areas',
    title: 'noun.area',
    noun: 'area',
    kinds: { vocabulary: 'areaLevel', values: ['district', 'street', 'community'] },
    narrows: true,
    columns: () => [
      col('name', 'card.name'),
      col('level', 'card.level', word('areaLevel', 'level')),
      col('code', 'card.code'),
      col('validFrom', 'card.validFrom'),
    ],
  },
  {
    name: 'grids',
    title: 'noun.grid',
    noun: 'grid',
    kinds: { vocabulary: 'gridKind', values: ['basic', 'special', 'micro'] },
    narrows: true,
    columns: () => [
      col('name', 'card.name'),
      col('communityName', 'card.community'),
      num('households', 'card.households'),
      num('persons', 'card.persons'),
      num('members', 'card.members'),
      num('hardship', 'card.hardship'),
      col('branchName', 'noun.branch', (row) =>
        row.branch ? (row.branchName as string) : t('party.whiteSpot'),
      ),
      col('team', 'card.team8', (row) => `${row.rolesFilled} / ${row.rolesRequired}`),
      col('code', 'card.code'),
    ],
  },
  {
    name: 'buildings',
    title: 'noun.building',
    noun: 'building',
    kinds: {
      vocabulary: 'buildingKind',
      values: ['residential', 'tower', 'shop', 'school', 'public', 'industrial', 'lane', 'other'],
    },
    narrows: true,
    columns: () => [
      col('name', 'card.name'),
      col('address', 'card.address'),
      col('gridName', 'card.grid'),
      col('kind', 'card.kind', word('buildingKind', 'kind')),
      num('floors', 'card.floors'),
      num('households', 'card.households'),
      col('code', 'card.code'),
    ],
  },
  {
    name: 'households',
    title: 'desk.households',
    noun: 'household',
    roles: registry,
    kinds: { vocabulary: 'use', values: ['own', 'rent', 'vacant'] },
    narrows: true,
    columns: () => [
      col('buildingName', 'noun.building', (row) => placeName(row.buildingName as string)),
      num('unit', 'noun.unit'),
      num('floor', 'noun.floor'),
      col('room', 'desk.room'),
      col('use', 'card.use', word('use', 'use')),
      num('persons', 'card.persons'),
      col('gridName', 'card.grid'),
      col('code', 'card.code'),
    ],
  },
  {
    name: 'branches',
    title: 'card.branch',
    noun: 'branch',
    kinds: {
      vocabulary: 'branchKind',
      values: [
        'street_committee',
        'community_committee',
        'community_general',
        'grid',
        'group',
        'own',
        'joint',
        'office',
        'tower',
        'feature',
      ],
    },
    narrows: true,
    columns: () => [
      col('name', 'card.name'),
      col('kind', 'card.kind', word('branchKind', 'kind')),
      col('areaName', 'card.area'),
      num('members', 'card.members'),
      num('grids', 'noun.grid', (row) => (row.grids as number[]).length),
      col('founded', 'card.founded'),
    ],
  },
  {
    name: 'members',
    title: 'noun.member',
    noun: 'member',
    roles: offices,
    kinds: {
      vocabulary: 'memberKind',
      values: ['working', 'retired', 'laid_off', 'floating', 'resident', 'new_org'],
    },
    narrows: true,
    columns: () => [
      col('name', 'card.name'),
      col('gender', 'card.gender', word('gender', 'gender')),
      col('birthYear', 'card.birthYear', (row) => (row.birthYear ? String(row.birthYear) : null)),
      col('kind', 'card.kind', word('memberKind', 'kind')),
      col('branchName', 'card.branch'),
      col('joined', 'card.joined'),
      col('posts', 'card.posts', list('posts')),
    ],
  },
  {
    name: 'hubs',
    title: 'noun.hub',
    noun: 'hub',
    roles: [...staff, 'member'],
    narrows: true,
    columns: () => [
      col('name', 'card.name'),
      col('branchName', 'card.branch'),
      col('gridName', 'card.grid'),
      num('doors', 'card.serves'),
      col('offers', 'card.offers', list('offers', 'offer')),
      col('hours', 'card.hours'),
    ],
  },
  {
    name: 'institutions',
    title: 'noun.institution',
    noun: 'institution',
    kinds: {
      vocabulary: 'institutionKind',
      values: ['company', 'social', 'resident_unit', 'property', 'owners', 'school', 'hospital', 'shop'],
    },
    narrows: true,
    columns: () => [
      col('name', 'card.name'),
      col('kind', 'card.kind', word('institutionKind', 'kind')),
      col('partyMode', 'card.partyMode', word('partyMode', 'partyMode')),
      num('staff', 'card.staff'),
      num('members', 'card.members'),
    ],
  },
  {
    name: 'points',
    title: 'noun.point',
    noun: 'point',
    narrows: true,
    columns: () => [
      col('name', 'card.name'),
      col('kind', 'card.kind', word('point', 'kind')),
      col('address', 'card.address'),
      col('hours', 'card.open'),
      num('area', 'card.size'),
      col('gridName', 'card.grid'),
    ],
  },
  {
    name: 'teams',
    title: 'noun.team',
    noun: 'team',
    kinds: {
      vocabulary: 'team',
      values: ['patrol', 'greening', 'volunteer', 'manners', 'housework', 'legal', 'arts'],
    },
    narrows: true,
    columns: () => [
      col('name', 'card.name'),
      col('kind', 'card.kind', word('team', 'kind')),
      col('state', 'card.state', word('teamState', 'state')),
      col('shift', 'card.shift'),
      num('headcount', 'card.headcount'),
      num('grids', 'noun.grid', (row) => (row.grids as number[]).length),
    ],
  },
  {
    name: 'courtyards',
    title: 'desk.courtyards',
    kinds: { vocabulary: 'courtyardKind', values: ['walled', 'open', 'lane'] },
    narrows: true,
    columns: () => [
      col('name', 'card.name'),
      col('kind', 'card.kind', word('courtyardKind', 'kind')),
      num('buildings', 'card.buildings'),
      col('code', 'card.code'),
    ],
  },
  {
    name: 'lanes',
    title: 'noun.lane',
    noun: 'lane',
    narrows: true,
    columns: () => [
      col('name', 'card.name'),
      col('paving', 'card.paving', word('paving', 'paving')),
      col('sewer', 'card.sewer', (row) => t(row.sewer ? 'card.yes' : 'card.no')),
      num('length', 'desk.length', (row) => Math.round(row.length as number)),
      col('keeper', 'card.keeper'),
    ],
  },
  {
    name: 'stewards',
    title: 'desk.stewards',
    roles: registry,
    kinds: { vocabulary: 'stewardKind', values: ['building', 'unit', 'lane'] },
    columns: () => [
      col('name', 'card.name'),
      col('kind', 'card.kind', word('stewardKind', 'kind')),
      col('places', 'desk.places', list('places')),
    ],
  },
  {
    name: 'pledges',
    title: 'noun.pledge',
    roles: offices,
    columns: () => [
      col('member', 'card.member'),
      col('kind', 'card.kind', word('pledgeKind', 'kind')),
      col('text', 'desk.content'),
      col('since', 'desk.since'),
    ],
  },
  {
    name: 'pairings',
    title: 'noun.pairing',
    roles: offices,
    columns: () => [
      col('kind', 'card.kind', word('pairingKind', 'kind')),
      col('left', 'desk.left'),
      col('right', 'desk.right'),
      col('since', 'desk.since'),
    ],
  },
  {
    name: 'honours',
    title: 'noun.honour',
    columns: () => [
      col('kind', 'card.kind', word('honourKind', 'kind')),
      col('target', 'desk.target'),
      col('year', 'desk.year', (row) => String(row.year)),
      col('givenBy', 'desk.givenBy'),
    ],
  },
]

/** Work that comes in: visits and incidents, listed newest first. */
export const works: readonly RegisterPage[] = [
  {
    name: 'incidents',
    title: 'noun.incident',
    noun: 'incident',
    roles: staff,
    kinds: {
      vocabulary: 'incidentState',
      values: [
        'open',
        'reported',
        'verifying',
        'filed',
        'dispatched',
        'handling',
        'suspended',
        'checking',
        'follow_up',
        'closed',
        'refused',
        'merged',
        'void',
      ],
      query: 'state',
      label: 'card.state',
    },
    narrows: true,
    columns: () => [
      col('number', 'card.number'),
      col('className', 'card.class'),
      col('state', 'card.state', word('incidentState', 'state')),
      col('urgency', 'card.urgency', word('urgency', 'urgency')),
      col('place', 'card.place'),
      col('receivedAt', 'card.reported', time('receivedAt')),
      col('handlerUnit', 'card.handler'),
    ],
  },
  {
    name: 'visits',
    title: 'noun.visit',
    noun: 'visit',
    roles: ['grid_leader', 'grid_staff', 'secretary'],
    kinds: {
      vocabulary: 'visitKind',
      values: ['four_hundred', 'aid', 'return', 'policy', 'safety', 'festival', 'mediation', 'opinion'],
    },
    narrows: true,
    columns: () => [
      col('occurredAt', 'card.when', time('occurredAt')),
      col('kind', 'card.kind', word('visitKind', 'kind')),
      col('met', 'card.visitMet', word('met', 'met')),
      col('outcome', 'card.outcome', word('outcome', 'outcome')),
      col('note', 'card.note'),
      col('followUp', 'card.followUp', (row) => (row.followUp ? day(row.followUp as string) : null)),
    ],
  },
]
