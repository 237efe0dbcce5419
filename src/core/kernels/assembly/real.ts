/** What everything here computes in. The build compiles the folder once with f32 and, with the other type in this line, once with f64. */
export type Real = f32;
