/** WebAssembly made of assembly/ by the build, in base64. */
declare module '*/kernels.wasm?float32' {
  const base64: string;
  export default base64;
}
declare module '*/kernels.wasm?float32-relaxed' {
  const base64: string;
  export default base64;
}
declare module '*/kernels.wasm?float64' {
  const base64: string;
  export default base64;
}
