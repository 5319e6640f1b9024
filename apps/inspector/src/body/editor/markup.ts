/** Languages that are fetched when they are needed, without what would complete what one writes. */
export { cssLanguage as css } from '@codemirror/lang-css';
export { htmlLanguage as html } from '@codemirror/lang-html';
export { tsxLanguage as javascript } from '@codemirror/lang-javascript';
export { xmlLanguage as xml } from '@codemirror/lang-xml';
export { yamlLanguage as yaml } from '@codemirror/lang-yaml';
