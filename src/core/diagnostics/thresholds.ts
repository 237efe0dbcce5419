/** The constants of the verdicts, all here. Each is a judgement, not a law: what it means and why it is there stands beside it. */

/** A turn cos(g_t, g_{t−1}) below this is turning back: the angle is over 120°. */
export const TURNED_BACK = -0.5;
/** `zigzag`: this share of the last half of the steps turned back. */
export const ZIGZAG_SHARE = 0.5;
/** Below this share of its first norm a network's gradient is as good as none: it turns by rounding. */
export const LEFT_GRADIENT = 1e-5;

/** The gradient tolerance where the file switches the rule off: the format's default. */
export const DEFAULT_GRADIENT_TOLERANCE = 1e-6;
/** A gradient of this share of the first counts as nearly vanished, if Newton's step from there leads onto a critical point. */
export const NEARLY_VANISHED = 1e-3;
/** Newton's step leads onto a critical point if it leaves at most this share of the gradient. */
export const NEWTON_CONTRACTION = 0.1;

/** An eigenvalue of at most this share of the largest (in size) is zero to rounding. */
export const ZERO_EIGENVALUE = 1e-10;
/** An eigenvalue that changes by more than this share of itself twice a Newton step away vanishes at the critical point. */
export const VANISHING_CHANGE = 0.5;
/** `plateau`: every curvature is at most this. */
export const FLAT_CURVATURE = 1e-6;
/** `plateau`: this many lengths max(1, ‖θ‖) away along the axes … */
export const FLAT_DISTANCE = 0.1;
/** … the gradient is still at most this many tolerances. */
export const FLAT_GRADIENT = 1000;
/** … and does not point inwards from both sides at more than this many times the gradient between them. */
export const BOTTOM_SLOPES = 10;

/** `diverged`: up to this many times its start's distance from the origin a point is an ordinary one, where overflow is no excuse. */
export const ORDINARY_DISTANCE = 1e6;
/** `unbounded`: |loss| has grown this many times. */
export const UNBOUNDED_GROWTH = 1e6;
/** Losses that differ by less than this share of max(1, |loss|) are the same minimum. */
export const SAME_VALUE = 1e-6;
/** At a minimum short of the tolerance: what Newton's step could still bring is at most this share of the fall. */
export const ARRIVED = 1e-9;
/** At a minimum as far as float64 goes: the gradient is at most this share of λ_max·‖θ‖. */
export const ROUNDING = 1e-14;

/** `noiseDominated`: the mean losses of the last two quarters agree within this many standard errors. */
export const NOISE_ERRORS = 3;
/** … and the rate is still above this share of its largest. */
export const RESTING_RATE = 0.01;

/** `edgeOfStability`: sharpness this near its limit (share of it) … */
export const EDGE_NEAR = 0.15;
/** … in more than this share of the last quarter's probes … */
export const EDGE_SHARE = 0.5;
/** … having begun below this share of the limit: it must have risen there by itself; on a quadratic the rate alone puts it there. */
export const EDGE_ROSE_FROM = 0.85;

/** `tooSlow`: the median step goes less than this share of the way to the bottom of its parabola (γκ for plain descent). */
export const SHORT_STEP = 0.05;
/** `tooSlow`: and the rate could be at least this many times larger. */
export const WORTHWHILE_FACTOR = 3;
/** The largest factor that is proposed at once. */
export const LARGEST_FACTOR = 1000;

/** `stillDescending`: the last tenth of the steps brought over this share of the whole fall … */
export const LATE_FALL = 0.01;
/** … or over this share of what was left above the minimum before it. */
export const LATE_GAP = 0.01;

/** A remedy that leads away from a critical point must get below it; this share of max(1, |loss|) is enough wherever that may lie … */
export const ELSEWHERE_GAIN = 1e-3;
/** … and it takes more than rounding: this share of max(1, |loss|). */
export const ELSEWHERE_ROUNDING = 1e-12;
/** A start is good enough to look no further if the run from it closes this share of the gap to the best known value. */
export const GAP_CLOSED = 0.99;

/** Evaluations that trying out remedies may cost, for one verdict. */
export const TRIAL_EVALUATIONS = 20_000;
/** Of a run that would take more than is left of them, this many steps at most are made. */
export const LONGEST_PART = 4_000;

/** Of networks. `explodingGradients`, `vanishingGradients`: the median over the epochs of ‖g_first‖/‖g_last‖, of the first and the last layer with weights. */
export const EXPLODING_RATIO = 1e3;
export const VANISHING_RATIO = 1e-3;
/** `saddle` of a network: λ_min is at least this share of λ_max below zero. Trained networks nearly always keep some slightly negative curvature (Sagun et al. 2017). */
export const SADDLE_SHARE = 0.01;
/** `deadUnits`: more than this share of a relu layer's units answer to no row. */
export const DEAD_SHARE = 0.25;
/** Of a network's run that many epochs at least say whether its loss is level, or noise. */
export const LEVEL_EPOCHS = 8;
/** `noiseDominated` of a network: over the last half the epochs' losses scatter by at least this share of their mean … */
export const WANDERING = 0.01;
/** … which is still this share of the first loss: below that there is nothing to be gained. */
export const WORTH_GAINING = 1e-4;
/** `overfitting`: the best validation loss came before this share of the epochs … */
export const BEST_BEFORE = 0.7;
/** … and the last one is at least this share above it. */
export const RISEN_BY = 0.05;
/** `underfitting`: the training loss is above this share of what the best constant prediction reaches … */
export const CONSTANT_SHARE = 0.8;
/** … and over the last third of the epochs it fell by less than this share of itself. */
export const FLAT_THIRD = 0.02;

/** Multiply-adds that trying out remedies of one network may cost, up to a second: a run that needs more is not tried again. */
export const TRIAL_COST = 2e9;
