import type { Dialect } from './spec';

/** An update rule for people: typeset and as plain text. g gradient, θ parameters, γ learning rate, t step from 1, λ weight decay. */
export interface Rule {
  readonly latex: string;
  readonly text: string;
}

type Rules = Readonly<Partial<Record<Dialect, Rule>>>;

/** One line a statement; an aligned block where there are several. */
function rule(text: string, ...lines: readonly string[]): Rule {
  return { text, latex: lines.length === 1 ? lines[0] : String.raw`\begin{aligned}${lines.map((line) => `&${line}`).join(String.raw`\\`)}\end{aligned}` };
}

const L = String.raw;
const MOMENTS = L`m\leftarrow\beta_1 m+(1-\beta_1)g,\quad v\leftarrow\beta_2 v+(1-\beta_2)g^2`;
const CORRECTED = L`\hat m=\frac{m}{1-\beta_1^t},\quad \hat v=\frac{v}{1-\beta_2^t}`;
const ADAM_TEXT = 'm ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; m̂ = m/(1−β₁ᵗ); v̂ = v/(1−β₂ᵗ); θ ← θ − γm̂/(√v̂ + ε)';
const KERAS_ADAM_TEXT = 'm ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← θ − γ·√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v + ε)';
const ADAM_STEP = L`\theta\leftarrow\theta-\gamma\frac{\hat m}{\sqrt{\hat v}+\varepsilon}`;
const KERAS_ADAM_STEP = L`\theta\leftarrow\theta-\gamma\frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}\cdot\frac{m}{\sqrt v+\varepsilon}`;
const DECAY = L`\theta\leftarrow\theta-\gamma\lambda\theta`;
const TRUST = L`\theta\leftarrow\theta-\gamma\frac{\lVert\theta\rVert}{\lVert r\rVert}\,r`;
const NADAM = rule(
  'μₜ = β₁(1 − ½·0.96^(tψ)); m, v as Adam; m̂ = μₜ₊₁m/(1−∏ᵗ⁺¹μ) + (1−μₜ)g/(1−∏ᵗμ); v̂ = v/(1−β₂ᵗ); θ ← θ − γm̂/(√v̂ + ε)',
  L`\mu_t=\beta_1\left(1-\tfrac12\cdot 0.96^{t\psi}\right)`, MOMENTS,
  L`\hat m=\frac{\mu_{t+1}m}{1-\prod_{i=1}^{t+1}\mu_i}+\frac{(1-\mu_t)g}{1-\prod_{i=1}^{t}\mu_i},\quad\hat v=\frac{v}{1-\beta_2^t}`, ADAM_STEP,
);
const ADADELTA = rule(
  'v ← ρv + (1−ρ)g²; Δ = √(u+ε)/√(v+ε)·g; u ← ρu + (1−ρ)Δ²; θ ← θ − γΔ',
  L`v\leftarrow\rho v+(1-\rho)g^2`, L`\Delta=\frac{\sqrt{u+\varepsilon}}{\sqrt{v+\varepsilon}}\,g,\quad u\leftarrow\rho u+(1-\rho)\Delta^2`, L`\theta\leftarrow\theta-\gamma\Delta`,
);
const LION = rule(
  'θ ← θ − γ·sign(β₁m + (1−β₁)g); m ← β₂m + (1−β₂)g',
  L`\theta\leftarrow\theta-\gamma\,\operatorname{sign}(\beta_1 m+(1-\beta_1)g)`, L`m\leftarrow\beta_2 m+(1-\beta_2)g`,
);

/** The rule of every type of the catalog, per dialect. */
export const RULES: ReadonlyMap<string, Rules> = new Map<string, Rules>([
  ['sgd', {
    torch: rule('b ← μb + (1−τ)g, b₁ = g; θ ← θ − γb; Nesterov: θ ← θ − γ(g + μb)', L`b\leftarrow\mu b+(1-\tau)g,\quad b_1=g`, L`\theta\leftarrow\theta-\gamma b`, L`\text{Nesterov: }\theta\leftarrow\theta-\gamma(g+\mu b)`),
    keras: rule('m ← μm − γg; θ ← θ + m; Nesterov: θ ← θ + μm − γg', L`m\leftarrow\mu m-\gamma g`, L`\theta\leftarrow\theta+m`, L`\text{Nesterov: }\theta\leftarrow\theta+\mu m-\gamma g`),
  }],
  ['adagrad', {
    torch: rule('s ← s + g²; θ ← θ − γₜg/(√s + ε), γₜ = γ/(1 + (t−1)·learningRateDecay)', L`s\leftarrow s+g^2`, L`\theta\leftarrow\theta-\frac{\gamma}{1+(t-1)\eta}\cdot\frac{g}{\sqrt s+\varepsilon}`),
    keras: rule('s ← s + g²; θ ← θ − γg/√(s + ε)', L`s\leftarrow s+g^2`, L`\theta\leftarrow\theta-\gamma\frac{g}{\sqrt{s+\varepsilon}}`),
  }],
  ['adadelta', { torch: ADADELTA, keras: ADADELTA }],
  ['rmsprop', {
    torch: rule('v ← ρv + (1−ρ)g²; d = √v + ε, centered d = √(v − ḡ²) + ε; b ← μb + g/d; θ ← θ − γb', L`v\leftarrow\rho v+(1-\rho)g^2,\quad \bar g\leftarrow\rho\bar g+(1-\rho)g`, L`d=\sqrt v+\varepsilon,\quad\text{centered: }d=\sqrt{v-\bar g^2}+\varepsilon`, L`b\leftarrow\mu b+g/d,\quad\theta\leftarrow\theta-\gamma b`),
    keras: rule('v ← ρv + (1−ρ)g²; d = √(v + ε), centered d = √(v − ḡ² + ε); m ← μm + γg/d; θ ← θ − m', L`v\leftarrow\rho v+(1-\rho)g^2,\quad \bar g\leftarrow\rho\bar g+(1-\rho)g`, L`d=\sqrt{v+\varepsilon},\quad\text{centered: }d=\sqrt{v-\bar g^2+\varepsilon}`, L`m\leftarrow\mu m+\gamma g/d,\quad\theta\leftarrow\theta-m`),
  }],
  ['adam', {
    torch: rule(`${ADAM_TEXT}; AMSGrad: v̂ from the largest v so far`, MOMENTS, CORRECTED, ADAM_STEP, L`\text{AMSGrad: }\hat v=\frac{\max_{i\le t}v_i}{1-\beta_2^t}`),
    keras: rule(`${KERAS_ADAM_TEXT}; AMSGrad: the largest v so far`, MOMENTS, KERAS_ADAM_STEP, L`\text{AMSGrad: }\max_{i\le t}v_i\text{ in place of }v`),
    paper: rule(`${ADAM_TEXT}; AMSGrad: θ ← θ − γm/(√(max v) + ε), without bias correction`, MOMENTS, CORRECTED, ADAM_STEP, L`\text{AMSGrad: }\theta\leftarrow\theta-\gamma\frac{m}{\sqrt{\max_{i\le t}v_i}+\varepsilon}`),
  }],
  ['adamw', {
    torch: rule(`θ ← θ − γλθ; ${ADAM_TEXT}`, DECAY, MOMENTS, CORRECTED, ADAM_STEP),
    keras: rule(`θ ← θ − γλθ; ${KERAS_ADAM_TEXT}`, DECAY, MOMENTS, KERAS_ADAM_STEP),
  }],
  ['adamax', {
    torch: rule('m ← β₁m + (1−β₁)g; u ← max(β₂u, |g| + ε); θ ← θ − γ/(1−β₁ᵗ)·m/u', L`m\leftarrow\beta_1 m+(1-\beta_1)g,\quad u\leftarrow\max(\beta_2 u,|g|+\varepsilon)`, L`\theta\leftarrow\theta-\frac{\gamma}{1-\beta_1^t}\cdot\frac mu`),
    keras: rule('m ← β₁m + (1−β₁)g; u ← max(β₂u, |g|); θ ← θ − γ/(1−β₁ᵗ)·m/(u + ε)', L`m\leftarrow\beta_1 m+(1-\beta_1)g,\quad u\leftarrow\max(\beta_2 u,|g|)`, L`\theta\leftarrow\theta-\frac{\gamma}{1-\beta_1^t}\cdot\frac{m}{u+\varepsilon}`),
  }],
  ['nadam', { torch: NADAM, keras: NADAM }],
  ['radam', {
    torch: rule('ρ∞ = 2/(1−β₂) − 1; ρₜ = ρ∞ − 2tβ₂ᵗ/(1−β₂ᵗ); ρₜ > 5: θ ← θ − γ·m̂·r·√(1−β₂ᵗ)/(√v + ε), r = √((ρₜ−4)(ρₜ−2)ρ∞/((ρ∞−4)(ρ∞−2)ρₜ)); else θ ← θ − γm̂', L`\rho_\infty=\frac{2}{1-\beta_2}-1,\quad\rho_t=\rho_\infty-\frac{2t\beta_2^t}{1-\beta_2^t}`, L`\rho_t>5:\;\theta\leftarrow\theta-\gamma\,\hat m\,r_t\frac{\sqrt{1-\beta_2^t}}{\sqrt v+\varepsilon},\quad r_t=\sqrt{\frac{(\rho_t-4)(\rho_t-2)\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\rho_t}}`, L`\text{else: }\theta\leftarrow\theta-\gamma\hat m`),
  }],
  ['rprop', {
    torch: rule('step ← step·η₊ where g keeps its sign, step·η₋ where it turns (and g ← 0); θ ← θ − sign(g)·step', L`s\leftarrow\operatorname{clip}\left(s\cdot\begin{cases}\eta_+&g_tg_{t-1}>0\\\eta_-&g_tg_{t-1}<0\text{ (and }g_t\leftarrow0)\end{cases},\;s_{\min},s_{\max}\right)`, L`\theta\leftarrow\theta-\operatorname{sign}(g)\,s`),
  }],
  ['asgd', {
    torch: rule('θ ← (1 − λη)θ − ηg; η = γ/(1 + λγt)^α', L`\theta\leftarrow(1-\lambda\eta)\theta-\eta g`, L`\eta\leftarrow\frac{\gamma}{(1+\lambda\gamma t)^{\alpha}}`),
  }],
  ['lion', { keras: LION, paper: LION }],
  ['lamb', {
    keras: rule('θ ← θ − γλθ; m, v, m̂, v̂ as Adam; r = m̂/(√v̂ + ε); θ ← θ − γ·‖θ‖/‖r‖·r, tensor by tensor', DECAY, MOMENTS, CORRECTED, L`r=\frac{\hat m}{\sqrt{\hat v}+\varepsilon},\quad${TRUST}`),
    paper: rule('m, v, m̂, v̂ as Adam; r = m̂/(√v̂ + ε) + λθ; θ ← θ − γ·‖θ‖/‖r‖·r, tensor by tensor', MOMENTS, CORRECTED, L`r=\frac{\hat m}{\sqrt{\hat v}+\varepsilon}+\lambda\theta,\quad${TRUST}`),
  }],
  ['muon', {
    paper: rule('M ← μM + (1−μ)G; O = NewtonSchulz(M), Nesterov: NewtonSchulz((1−μ)G + μM); Θ ← (1 − γλ)Θ − γ·√max(1, outputs/inputs)·O; what is no matrix: AdamW', L`M\leftarrow\mu M+(1-\mu)G,\quad X=M,\quad\text{Nesterov: }X=(1-\mu)G+\mu M`, L`X\leftarrow\frac{X}{\lVert X\rVert_F},\quad k\text{ times: }X\leftarrow 3.4445X-4.775(XX^\top)X+2.0315(XX^\top)^2X`, L`\Theta\leftarrow(1-\gamma\lambda)\Theta-\gamma\sqrt{\max\left(1,\tfrac{\text{outputs}}{\text{inputs}}\right)}\,X`),
  }],
  ['adan', {
    paper: rule('m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)Δg; n ← β₃n + (1−β₃)(g + β₂Δg)²; θ ← (θ − γ(m̂ + β₂v̂)/(√n̂ + ε))/(1 + γλ), Δg = gₜ − gₜ₋₁', L`m\leftarrow\beta_1m+(1-\beta_1)g,\quad v\leftarrow\beta_2v+(1-\beta_2)\Delta g,\quad n\leftarrow\beta_3n+(1-\beta_3)(g+\beta_2\Delta g)^2`, L`\theta\leftarrow\frac{1}{1+\gamma\lambda}\left(\theta-\gamma\frac{\hat m+\beta_2\hat v}{\sqrt{\hat n}+\varepsilon}\right)`),
  }],
  ['adabelief', {
    paper: rule('m ← β₁m + (1−β₁)g; s ← β₂s + (1−β₂)(g−m)² + ε; θ ← θ − γm̂/(√ŝ + ε)', L`m\leftarrow\beta_1 m+(1-\beta_1)g,\quad s\leftarrow\beta_2 s+(1-\beta_2)(g-m)^2+\varepsilon`, L`\theta\leftarrow\theta-\gamma\frac{\hat m}{\sqrt{\hat s}+\varepsilon}`),
  }],
  ['sophia', {
    paper: rule('m ← β₁m + (1−β₁)g; every k steps h ← β₂h + (1−β₂)·z∘Hz, z ~ N(0, I); θ ← θ − γλθ − γ·clip(m/max(ρh, ε), 1)', L`m\leftarrow\beta_1m+(1-\beta_1)g`, L`\text{every }k\text{ steps: }h\leftarrow\beta_2h+(1-\beta_2)\,z\circ Hz,\quad z\sim\mathcal N(0,I)`, L`\theta\leftarrow\theta-\gamma\,\operatorname{clip}\left(\frac{m}{\max(\rho h,\varepsilon)},1\right)`),
  }],
  ['scheduleFree', {
    paper: rule('y = (1−β₁)z + β₁x; z ← z − γ∇f(y) (AdamW base: divided by √v̂ + ε); x ← (1−c)x + cz, c = γ²/Σγ² with the largest γ so far; the loss is reported at x', L`y=(1-\beta_1)z+\beta_1x,\quad g=\nabla f(y)`, L`z\leftarrow z-\gamma g\quad\left(\text{AdamW: }z\leftarrow z-\gamma\frac{g}{\sqrt{\hat v}+\varepsilon}\right)`, L`x\leftarrow(1-c)x+cz,\quad c=\frac{\gamma_t^2}{\sum_{i\le t}\gamma_i^2}`),
  }],
  ['prodigy', {
    paper: rule('m ← β₁m + (1−β₁)dg; v ← β₂v + (1−β₂)d²g²; r ← √β₂·r + γ(d²/d₀)⟨g, θ₀−θ⟩; s ← √β₂·s + γ(d²/d₀)g; θ ← θ − γd·m/(√v + dε); d ← max(d, r/‖s‖₁)', L`m\leftarrow\beta_1m+(1-\beta_1)dg,\quad v\leftarrow\beta_2v+(1-\beta_2)d^2g^2`, L`r\leftarrow\sqrt{\beta_2}\,r+\gamma\tfrac{d^2}{d_0}\langle g,\theta_0-\theta\rangle,\quad s\leftarrow\sqrt{\beta_2}\,s+\gamma\tfrac{d^2}{d_0}g`, L`d\leftarrow\max\left(d,\frac{r}{\lVert s\rVert_1}\right),\quad\theta\leftarrow\theta-\gamma d\frac{m}{\sqrt v+d\varepsilon}`),
  }],
  ['lbfgs', {
    torch: rule('d = −H⁻¹g from the last s = Δθ and y = Δg (two loops); θ ← θ + αd, α by a strong Wolfe line search', L`d=-\mathbf B^{-1}g\text{ from the last }s_k=\Delta\theta,\;y_k=\Delta g`, L`\theta\leftarrow\theta+\alpha d,\quad\alpha\text{ strong Wolfe }(c_1=10^{-4},c_2=0.9)`),
  }],
  ['newton', { paper: rule('θ ← θ − γ(H + δI)⁻¹g', L`\theta\leftarrow\theta-\gamma(H+\delta I)^{-1}g`) }],
  ['conjugateGradient', {
    paper: rule('d ← −g + βd; Polak–Ribière+: β = max(0, gᵀ(g − g₋)/g₋ᵀg₋); Fletcher–Reeves: β = gᵀg/g₋ᵀg₋; θ ← θ + αd, α strong Wolfe', L`d\leftarrow-g+\beta d,\quad\theta\leftarrow\theta+\alpha d,\quad\alpha\text{ strong Wolfe}`, L`\beta_{PR+}=\max\left(0,\frac{g^\top(g-g_-)}{g_-^\top g_-}\right),\quad\beta_{FR}=\frac{g^\top g}{g_-^\top g_-}`),
  }],
  ['gradientDescent', {
    paper: rule('θ ← θ − αg; Armijo: α shrinks from γ until f(θ − αg) ≤ f(θ) − cα‖g‖²; exactQuadratic: α = gᵀg/gᵀHg', L`\theta\leftarrow\theta-\alpha g`, L`\text{Armijo: }f(\theta-\alpha g)\le f(\theta)-c\,\alpha\lVert g\rVert^2`, L`\text{exactQuadratic: }\alpha=\frac{g^\top g}{g^\top Hg}`),
  }],
]);
