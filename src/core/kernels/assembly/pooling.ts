import { Real } from './real';
import { channels, height, kernelHeight, kernelWidth, outHeight, outWidth, padLeft, padTop, strideHeight, strideWidth, width } from './shape';
import { LANES, SIZE, bytes, splat } from './vector';

// The part of the window at (oy, ox) that lies in the picture; padding takes no part.
let top: i32 = 0;
let bottom: i32 = 0;
let left: i32 = 0;
let right: i32 = 0;

// @ts-ignore: decorator
@inline function setWindow(oy: i32, ox: i32): void {
  const y = oy * strideHeight - padTop, x = ox * strideWidth - padLeft;
  top = max(0, y);
  bottom = min(height, y + kernelHeight);
  left = max(0, x);
  right = min(width, x + kernelWidth);
}

/** Where a number wins over the best so far: a NaN always does. */
// @ts-ignore: decorator
@inline function takesOver(value: v128, best: v128): v128 {
  return v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
}

/** The channels of a window of 2 × 2 in float32: x is its first number, at `place` in the picture. */
function pool2x2(vectors: i32, x: usize, size: usize, line: usize, place: i32, y: usize, winners: usize): void {
  let places = i32x4.add(i32x4.splat(place), i32x4(0, 1, 2, 3));
  const right = i32x4.splat(<i32>(size >> 2)), below = i32x4.splat(<i32>(line >> 2)), across = i32x4.add(right, below);
  for (; vectors > 0; vectors--, x += 16, y += 16, winners += 16) {
    let best = v128.load(x), step = i32x4.splat(0);
    let value = v128.load(x + size);
    let wins = takesOver(value, best);
    best = v128.bitselect(value, best, wins);
    step = v128.and(right, wins);
    value = v128.load(x + line);
    wins = takesOver(value, best);
    best = v128.bitselect(value, best, wins);
    step = v128.bitselect(below, step, wins);
    value = v128.load(x + line + size);
    wins = takesOver(value, best);
    v128.store(y, v128.bitselect(value, best, wins));
    v128.store(winners, i32x4.add(places, v128.bitselect(across, step, wins)));
    places = i32x4.add(places, i32x4.splat(4));
  }
}

/** The same of any window. */
function poolVectors(vectors: i32, x: usize, tall: i32, wide: i32, size: usize, line: usize, place: i32, y: usize, winners: usize): void {
  let places = i32x4.add(i32x4.splat(place), i32x4(0, 1, 2, 3));
  const right = i32x4.splat(<i32>(size >> 2)), below = i32x4.splat(<i32>(line >> 2));
  for (; vectors > 0; vectors--, x += 16, y += 16, winners += 16) {
    let best = v128.load(x), winner = places, lineAt = places;
    for (let i = tall, from = x; i > 0; i--, from += line) {
      let at = lineAt;
      for (let j = wide, on = from; j > 0; j--, on += size) {
        const value = v128.load(on), wins = takesOver(value, best);
        best = v128.bitselect(value, best, wins);
        winner = v128.bitselect(at, winner, wins);
        at = i32x4.add(at, right);
      }
      lineAt = i32x4.add(lineAt, below);
    }
    v128.store(y, best);
    v128.store(winners, winner);
    places = i32x4.add(places, i32x4.splat(4));
  }
}

export function maxPool(rows: i32, x: usize, y: usize, winners: usize): void {
  const size = bytes(channels);
  for (; rows > 0; rows--, x += <usize>(height * width) * size) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        setWindow(oy, ox);
        let c = 0;
        if (sizeof<Real>() == 4) {
          const place = (top * width + left) * channels;
          const vectors = channels / LANES;
          if (bottom - top == 2 && right - left == 2) pool2x2(vectors, x + bytes(place), size, <usize>width * size, place, y, winners);
          else poolVectors(vectors, x + bytes(place), bottom - top, right - left, size, <usize>width * size, place, y, winners);
          c = vectors * LANES;
          y += bytes(c);
          winners += <usize>c << 2;
        }
        for (; c < channels; c++, y += SIZE, winners += 4) {
          let winner = (top * width + left) * channels + c;
          let best = load<Real>(x + bytes(winner));
          for (let iy = top; iy < bottom; iy++) {
            let place = (iy * width + left) * channels + c;
            for (let ix = left; ix < right; ix++, place += channels) {
              const value = load<Real>(x + bytes(place));
              if (value > best || value != value) {
                best = value;
                winner = place;
              }
            }
          }
          store<Real>(y, best);
          store<i32>(winners, winner);
        }
      }
    }
  }
}

export function maxPoolBackward(rows: i32, dy: usize, winners: usize, dx: usize): void {
  const input = bytes(height * width * channels);
  const outputs = outHeight * outWidth * channels;
  for (; rows > 0; rows--, dx += input) {
    memory.fill(dx, 0, input);
    for (let i = outputs; i > 0; i--, dy += SIZE, winners += 4) {
      const at = dx + bytes(load<i32>(winners));
      store<Real>(at, load<Real>(at) + load<Real>(dy));
    }
  }
}

export function avgPool(rows: i32, x: usize, y: usize): void {
  const size = bytes(channels);
  for (; rows > 0; rows--, x += <usize>(height * width) * size) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        setWindow(oy, ox);
        const share = 1.0 / <f64>((bottom - top) * (right - left));
        let c = 0;
        for (; c + LANES <= channels; c += LANES, y += 16) {
          let sum = splat(0);
          for (let iy = top; iy < bottom; iy++) {
            let from = x + <usize>(iy * width + left) * size + bytes(c);
            for (let ix = left; ix < right; ix++, from += size) sum = v128.add<Real>(sum, v128.load(from));
          }
          v128.store(y, v128.mul<Real>(sum, splat(share)));
        }
        for (; c < channels; c++, y += SIZE) {
          let sum = <Real>0;
          for (let iy = top; iy < bottom; iy++) {
            let from = x + <usize>(iy * width + left) * size + bytes(c);
            for (let ix = left; ix < right; ix++, from += size) sum += load<Real>(from);
          }
          store<Real>(y, sum * <Real>share);
        }
      }
    }
  }
}

export function avgPoolBackward(rows: i32, dy: usize, dx: usize): void {
  const size = bytes(channels);
  memory.fill(dx, 0, <usize>(rows * height * width) * size);
  for (; rows > 0; rows--, dx += <usize>(height * width) * size) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        setWindow(oy, ox);
        const share = 1.0 / <f64>((bottom - top) * (right - left));
        let c = 0;
        for (; c + LANES <= channels; c += LANES, dy += 16) {
          const part = v128.mul<Real>(v128.load(dy), splat(share));
          for (let iy = top; iy < bottom; iy++) {
            let to = dx + <usize>(iy * width + left) * size + bytes(c);
            for (let ix = left; ix < right; ix++, to += size) v128.store(to, v128.add<Real>(v128.load(to), part));
          }
        }
        for (; c < channels; c++, dy += SIZE) {
          const part = load<Real>(dy) * <Real>share;
          for (let iy = top; iy < bottom; iy++) {
            let to = dx + <usize>(iy * width + left) * size + bytes(c);
            for (let ix = left; ix < right; ix++, to += size) store<Real>(to, load<Real>(to) + part);
          }
        }
      }
    }
  }
}
