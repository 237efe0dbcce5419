import { typesetSvg } from './typeset';
import type { TypesetReply, TypesetRequest } from './typesetPort';

const scope = self as unknown as DedicatedWorkerGlobalScope;
scope.onmessage = ({ data: { id, latex, color, size } }: MessageEvent<TypesetRequest>) => {
  const reply: TypesetReply = { id, images: latex.map((formula) => typesetSvg(formula, color, size)) };
  scope.postMessage(reply);
};
