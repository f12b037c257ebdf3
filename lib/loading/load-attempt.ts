import { attempt } from './attempt';

void attempt(() => undefined);
