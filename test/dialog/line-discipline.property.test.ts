import { definePolicy } from 'rasshost';
import { dial } from 'rasshost/testing';
import { CodePage } from '../../lib/dialog/code-page';
import { LineEditor } from '../../lib/dialog/line-editor';
import { floodBounded, masksCounted, secretUnseen, splitAnywhere } from './line-discipline';

const OURS = { definePolicy, dial, CodePage, LineEditor };

describe('a dialog', () => {
  test('makes the same of the same bytes, split anywhere, with any buffers (SD-16, SD-17, SD-18, SD-22)', () =>
    splitAnywhere(OURS));

  test('shows the same, whatever the characters of a secret are (SD-30)', () => secretUnseen(OURS));

  test('leaves as many masks on the screen as a secret has characters (SD-30)', () =>
    masksCounted(OURS));

  test('keeps no more than 4096 bytes that are typed ahead (SD-31)', () => floodBounded(OURS));
});
