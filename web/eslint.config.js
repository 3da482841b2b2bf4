import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'

/**
 * Which folder of src/ may import which; what is not listed is refused.
 * Types may come from api/ everywhere: they are the shapes on the wire.
 */
const picture = {
  ui: [],
  api: [],
  store: ['api'],
  map: ['store', 'ui'],
  features: ['store', 'ui'],
  faces: ['api', 'store', 'map', 'features', 'ui'],
}
const rooms = Object.keys(picture)

function importRule(room) {
  const others = rooms.filter((other) => other !== room && !picture[room].includes(other))
  const patterns = [
    { regex: `^(\\.\\./)+(${rooms.join('|')})/`, message: 'Say @/room/file across rooms.' },
    { regex: `^@/${room}/`, message: 'Say ./file inside a room.' },
  ]
  for (const other of others) {
    const allowTypeImports = other === 'api' && room !== 'ui'
    patterns.push({ regex: `^@/${other}/`, allowTypeImports, message: `${room}/ may not import ${other}/.` })
  }
  return {
    files: [`src/${room}/**/*.{ts,vue}`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  }
}

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'e2e/.out/', 'e2e/.try*', 'src/api/schema.d.ts'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      'vue/multi-word-component-names': 'off', // faces have one App.vue each
      'vue/require-default-prop': 'off', // optional props are typed
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/no-v-html': 'error',
    },
  },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  ...rooms.map(importRule),
  { files: ['e2e/**', 'scripts/**'], rules: { 'no-console': 'off' } },
  prettier,
)
