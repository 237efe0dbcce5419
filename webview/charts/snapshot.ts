/**
 * A picture of an element as PNG: its canvases as they are, its texts and small drawings redrawn at their places. No markup is
 * rendered into an image, which the page's content security policy would refuse.
 */
export async function snapshot(root: HTMLElement, background: string, leaveOut: string): Promise<Uint8Array> {
  for (const child of root.children) child.scrollTop = 0;
  const frame = root.getBoundingClientRect();
  // What is scrolled out of view belongs to the picture too.
  const tall = [...root.children].reduce((most, child) => Math.max(most, child.getBoundingClientRect().top - frame.top + child.scrollHeight), frame.height);
  const ratio = Math.max(1, globalThis.devicePixelRatio || 1);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(frame.width * ratio));
  canvas.height = Math.max(1, Math.round(tall * ratio));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.scale(ratio, ratio);
  context.fillStyle = background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(-frame.left, -frame.top);
  drawNode(context, root, leaveOut);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('no image');
  return new Uint8Array(await blob.arrayBuffer());
}

function drawNode(context: CanvasRenderingContext2D, node: Node, leaveOut: string): void {
  if (node instanceof Text) {
    drawTextNode(context, node);
    return;
  }
  if (!(node instanceof Element) || node.matches(leaveOut)) return;
  const box = node.getBoundingClientRect();
  if (node instanceof HTMLCanvasElement) {
    if (box.width > 0 && box.height > 0) context.drawImage(node, box.left, box.top, box.width, box.height);
    return;
  }
  if (node instanceof SVGSVGElement) {
    drawSvg(context, node, box);
    return;
  }
  if (node.hasAttribute('data-fill')) drawFill(context, node, box);
  for (const child of node.childNodes) drawNode(context, child, leaveOut);
}

/** The ground and border of an element whose colour says something: a cell of a heat map, a bar. */
function drawFill(context: CanvasRenderingContext2D, node: Element, box: DOMRect): void {
  const style = getComputedStyle(node);
  context.fillStyle = style.backgroundColor;
  context.fillRect(box.left, box.top, box.width, box.height);
  const width = Number.parseFloat(style.borderTopWidth);
  if (!(width > 0) || style.borderTopStyle === 'none') return;
  context.strokeStyle = style.borderTopColor;
  context.lineWidth = width;
  context.setLineDash(style.borderTopStyle === 'dashed' ? [4, 3] : []);
  context.strokeRect(box.left + width / 2, box.top + width / 2, box.width - width, box.height - width);
  context.setLineDash([]);
}

function drawTextNode(context: CanvasRenderingContext2D, node: Text): void {
  const text = node.data.trim();
  const parent = node.parentElement;
  if (text === '' || !parent) return;
  const range = document.createRange();
  range.selectNodeContents(node);
  const style = getComputedStyle(parent);
  if (style.visibility === 'hidden' || style.display === 'none') return;
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.fillStyle = style.color;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const lines = [...range.getClientRects()];
  if (lines.length <= 1) {
    if (lines[0]) context.fillText(style.textTransform === 'uppercase' ? text.toUpperCase() : text, lines[0].left, lines[0].top + lines[0].height / 2);
    return;
  }
  // Wrapped: the words of each line, found by where they stand.
  const words = node.data.matchAll(/\S+/g);
  for (const word of words) {
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    const at = range.getBoundingClientRect();
    context.fillText(word[0], at.left, at.top + at.height / 2);
  }
}

function drawSvg(context: CanvasRenderingContext2D, node: SVGSVGElement, box: DOMRect): void {
  const view = node.viewBox.baseVal;
  context.save();
  context.translate(box.left, box.top);
  if (view.width > 0) {
    context.scale(box.width / view.width, box.height / view.height);
    context.translate(-view.x, -view.y);
  }
  for (const path of node.querySelectorAll('path')) {
    const style = getComputedStyle(path);
    const outline = new Path2D(path.getAttribute('d') ?? '');
    const shift = /translate\(([-\d.]+)[ ,]+([-\d.]+)\)/.exec(path.getAttribute('transform') ?? '');
    context.save();
    if (shift) context.translate(Number(shift[1]), Number(shift[2]));
    if (style.fill !== 'none') {
      context.fillStyle = style.fill;
      context.fill(outline);
    }
    if (style.stroke !== 'none') {
      context.strokeStyle = style.stroke;
      context.lineWidth = Number.parseFloat(style.strokeWidth);
      context.setLineDash(style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[ ,]+/).map(Number.parseFloat));
      context.stroke(outline);
    }
    context.restore();
  }
  context.restore();
}
