/**
 * What the operations are called elsewhere: NumPy or SciPy, JAX, PyTorch and TensorFlow.js, a line for each of ours; `-` where
 * there is none. `=` stands for the same name as NumPy's, under the prefix of the library.
 */
const lines = `
abs | np.abs | = | = | =
acos | np.arccos | = | torch.acos | tf.acos
acosh | np.arccosh | = | torch.acosh | tf.acosh
add | np.add | = | = | =
all | np.all | = | = | =
any | np.any | = | = | =
argmax | np.argmax | = | = | tf.argMax
argmin | np.argmin | = | = | tf.argMin
argsort | np.argsort | = | = | -
asin | np.arcsin | = | torch.asin | tf.asin
asinh | np.arcsinh | = | torch.asinh | tf.asinh
atan | np.arctan | = | torch.atan | tf.atan
atan2 | np.arctan2 | = | torch.atan2 | tf.atan2
atanh | np.arctanh | = | torch.atanh | tf.atanh
broadcastTo | np.broadcast_to | = | = | tf.broadcastTo
broadcastArrays | np.broadcast_arrays | = | torch.broadcast_tensors | -
cbrt | np.cbrt | = | - | -
ceil | np.ceil | = | = | =
celu | - | jax.nn.celu | torch.celu | -
clip | np.clip | = | torch.clamp | tf.clipByValue
concat | np.concatenate | = | torch.cat | tf.concat
cos | np.cos | = | = | =
cosh | np.cosh | = | = | =
cumLogSumExp | np.logaddexp.accumulate | jax.lax.cumlogsumexp | torch.logcumsumexp | -
cumMax | np.maximum.accumulate | jax.lax.cummax | torch.cummax | -
cumMin | np.minimum.accumulate | jax.lax.cummin | torch.cummin | -
cumprod | np.cumprod | = | = | =
cumsum | np.cumsum | = | = | =
diag | np.diag | = | = | =
diagonal | np.diagonal | = | = | -
diff | np.diff | = | = | -
digamma | scipy.special.digamma | jax.scipy.special.digamma | torch.special.digamma | -
div | np.divide | = | torch.div | tf.div
dot | np.dot | = | = | =
einsum | np.einsum | = | = | =
elu | - | jax.nn.elu | torch.nn.functional.elu | tf.elu
equal | np.equal | = | torch.eq | tf.equal
erf | scipy.special.erf | jax.scipy.special.erf | torch.erf | tf.erf
erfc | scipy.special.erfc | jax.scipy.special.erfc | torch.erfc | -
erfinv | scipy.special.erfinv | jax.scipy.special.erfinv | torch.erfinv | -
exp | np.exp | = | = | =
exp2 | np.exp2 | = | = | -
expandDims | np.expand_dims | = | torch.unsqueeze | tf.expandDims
expm1 | np.expm1 | = | = | =
flatten | np.ravel | = | torch.flatten | -
flip | np.flip | = | = | tf.reverse
floor | np.floor | = | = | =
gelu | - | jax.nn.gelu | torch.nn.functional.gelu | -
get | x[i, j] | x[i, j] | x[i, j] | -
glu | - | jax.nn.glu | torch.nn.functional.glu | -
greater | np.greater | = | torch.gt | tf.greater
greaterEqual | np.greater_equal | = | torch.ge | tf.greaterEqual
hardSigmoid | - | jax.nn.hard_sigmoid | torch.nn.functional.hardsigmoid | -
hardSwish | - | jax.nn.hard_swish | torch.nn.functional.hardswish | -
hardTanh | - | jax.nn.hard_tanh | torch.nn.functional.hardtanh | -
hypot | np.hypot | = | = | -
isFinite | np.isfinite | = | = | tf.isFinite
isNaN | np.isnan | = | = | tf.isNaN
kron | np.kron | = | = | -
leakyRelu | - | jax.nn.leaky_relu | torch.nn.functional.leaky_relu | tf.leakyRelu
lerp | - | - | torch.lerp | -
less | np.less | = | torch.lt | tf.less
lessEqual | np.less_equal | = | torch.le | tf.lessEqual
lgamma | scipy.special.gammaln | jax.lax.lgamma | torch.lgamma | -
log | np.log | = | = | =
log10 | np.log10 | = | = | -
log1mExp | - | jax.nn.log1mexp | - | -
log1p | np.log1p | = | = | =
log2 | np.log2 | = | = | -
logAddExp | np.logaddexp | = | = | -
logNormalCdf | scipy.special.log_ndtr | jax.scipy.special.log_ndtr | torch.special.log_ndtr | -
logSigmoid | scipy.special.log_expit | jax.nn.log_sigmoid | torch.nn.functional.logsigmoid | tf.logSigmoid
logSoftmax | scipy.special.log_softmax | jax.nn.log_softmax | torch.log_softmax | tf.logSoftmax
logSumExp | scipy.special.logsumexp | jax.nn.logsumexp | torch.logsumexp | tf.logSumExp
logit | scipy.special.logit | jax.scipy.special.logit | torch.logit | -
matmul | np.matmul, @ | jnp.matmul, @ | torch.matmul, @ | tf.matMul
max | np.max | = | torch.amax | tf.max
maximum | np.maximum | = | = | =
mean | np.mean | = | = | =
median | np.median | = | torch.quantile(0.5) | -
meshgrid | np.meshgrid | = | = | =
min | np.min | = | torch.amin | tf.min
minimum | np.minimum | = | = | =
mish | - | jax.nn.mish | torch.nn.functional.mish | -
mod | np.mod, % | jnp.mod, % | torch.remainder, % | tf.mod
mul | np.multiply | = | torch.mul | tf.mul
nanMax | np.nanmax | = | - | -
nanMean | np.nanmean | = | torch.nanmean | -
nanMin | np.nanmin | = | - | -
nanSum | np.nansum | = | torch.nansum | -
nanToNum | np.nan_to_num | = | = | -
neg | np.negative | = | torch.neg | tf.neg
norm | np.linalg.norm | jnp.linalg.norm | torch.linalg.vector_norm | tf.norm
normalCdf | scipy.special.ndtr | jax.scipy.special.ndtr | torch.special.ndtr | -
notEqual | np.not_equal | = | torch.ne | tf.notEqual
oneHot | np.eye(n)[k] | jax.nn.one_hot | torch.nn.functional.one_hot | tf.oneHot
outer | np.outer | = | = | tf.outerProduct
pad | np.pad | = | torch.nn.functional.pad | tf.pad
permute | np.transpose(axes) | jnp.transpose(axes) | torch.permute | tf.transpose
polygamma | scipy.special.polygamma | jax.scipy.special.polygamma | torch.special.polygamma | -
polyval | np.polyval | = | - | -
pow | np.power | = | torch.pow | tf.pow
prelu | - | - | torch.nn.functional.prelu | tf.prelu
prod | np.prod | = | = | =
quantile | np.quantile | = | = | -
reciprocal | np.reciprocal | = | = | =
relu | np.maximum(x, 0) | jax.nn.relu | torch.relu | tf.relu
relu6 | - | jax.nn.relu6 | torch.nn.functional.relu6 | tf.relu6
remainder | np.fmod | = | torch.fmod | -
repeatInterleave | np.repeat | = | torch.repeat_interleave | -
reshape | np.reshape | = | = | =
roll | np.roll | = | = | -
round | np.round | = | = | =
rsqrt | - | jax.lax.rsqrt | torch.rsqrt | tf.rsqrt
scatterAdd | np.add.at | x.at[i].add(y) | x.index_add | -
scatterSet | x[i] = y | x.at[i].set(y) | x.index_copy | tf.tensorScatterUpdate
searchsorted | np.searchsorted | = | = | tf.searchSorted
segmentSum | np.add.at | jax.ops.segment_sum | torch.scatter_add | tf.unsortedSegmentSum
selu | - | jax.nn.selu | torch.selu | tf.selu
sigmoid | scipy.special.expit | jax.nn.sigmoid | torch.sigmoid | tf.sigmoid
sign | np.sign | = | = | =
sin | np.sin | = | = | =
sinc | np.sinc | = | = | -
sinh | np.sinh | = | = | =
slice | x[a:b:c] | x[a:b:c] | x[a:b:c] | tf.stridedSlice
softmax | scipy.special.softmax | jax.nn.softmax | torch.softmax | tf.softmax
softplus | np.logaddexp(x, 0) | jax.nn.softplus | torch.nn.functional.softplus | tf.softplus
softsign | - | jax.nn.soft_sign | torch.nn.functional.softsign | -
sort | np.sort | = | = | -
sparsemax | - | - | - | -
split | np.split | = | = | =
sqrt | np.sqrt | = | = | =
square | np.square | = | = | =
squaredDifference | - | - | - | tf.squaredDifference
squeeze | np.squeeze | = | = | =
stack | np.stack | = | = | =
std | np.std | = | torch.std(correction=0) | -
stopGradient | - | jax.lax.stop_gradient | x.detach() | -
sub | np.subtract | = | torch.sub | tf.sub
sum | np.sum | = | = | =
swish | - | jax.nn.silu | torch.nn.functional.silu | -
take | np.take | = | torch.index_select | tf.gather
takeAlongAxis | np.take_along_axis | = | torch.take_along_dim | -
tan | np.tan | = | = | =
tanh | np.tanh | = | = | =
tile | np.tile | = | = | =
topK | np.partition | jax.lax.top_k | torch.topk | tf.topk
matrixTrace | np.trace | = | = | -
transpose | np.matrix_transpose | = | x.mT | tf.transpose
trapezoid | np.trapezoid | = | torch.trapezoid | -
tril | np.tril | = | = | -
triu | np.triu | = | = | -
trunc | np.trunc | = | = | -
variance | np.var | = | torch.var(correction=0) | tf.moments
where | np.where | = | = | =
xlog1py | scipy.special.xlog1py | jax.scipy.special.xlog1py | torch.special.xlog1py | -
xlogy | scipy.special.xlogy | jax.scipy.special.xlogy | torch.xlogy | -
fft.fft | np.fft.fft | jnp.fft.fft | torch.fft.fft | tf.fft
fft.ifft | np.fft.ifft | jnp.fft.ifft | torch.fft.ifft | tf.ifft
fft.rfft | np.fft.rfft | jnp.fft.rfft | torch.fft.rfft | tf.rfft
fft.irfft | np.fft.irfft | jnp.fft.irfft | torch.fft.irfft | tf.irfft
linalg.cholesky | np.linalg.cholesky | jnp.linalg.cholesky | torch.linalg.cholesky | -
linalg.det | np.linalg.det | jnp.linalg.det | torch.linalg.det | -
linalg.eigh | np.linalg.eigh | jnp.linalg.eigh | torch.linalg.eigh | -
linalg.expm | scipy.linalg.expm | jax.scipy.linalg.expm | torch.linalg.matrix_exp | -
linalg.inverse | np.linalg.inv | jnp.linalg.inv | torch.linalg.inv | -
linalg.lstsq | np.linalg.lstsq | jnp.linalg.lstsq | torch.linalg.lstsq | -
linalg.matrixPower | np.linalg.matrix_power | jnp.linalg.matrix_power | torch.linalg.matrix_power | -
linalg.pinv | np.linalg.pinv | jnp.linalg.pinv | torch.linalg.pinv | -
linalg.qr | np.linalg.qr | jnp.linalg.qr | torch.linalg.qr | tf.linalg.qr
linalg.slogDet | np.linalg.slogdet | jnp.linalg.slogdet | torch.linalg.slogdet | -
linalg.solve | np.linalg.solve | jnp.linalg.solve | torch.linalg.solve | -
linalg.solveTriangular | scipy.linalg.solve_triangular | jax.scipy.linalg.solve_triangular | torch.linalg.solve_triangular | -
linalg.svd | np.linalg.svd | jnp.linalg.svd | torch.linalg.svd | -
random.bernoulli | rng.binomial(1, p) | jax.random.bernoulli | torch.bernoulli | tf.randomUniform(…).less(p)
random.beta | rng.beta | jax.random.beta | torch.distributions.Beta | -
random.bits | rng.bytes | jax.random.bits | - | -
random.categorical | rng.choice(p=…) | jax.random.categorical | torch.multinomial | tf.multinomial
random.choice | rng.choice | jax.random.choice | torch.randperm(n)[:k] | -
random.dirichlet | rng.dirichlet | jax.random.dirichlet | torch.distributions.Dirichlet | -
random.exponential | rng.exponential | jax.random.exponential | torch.distributions.Exponential | -
random.foldIn | SeedSequence(…, spawn_key) | jax.random.fold_in | - | -
random.fromWords | - | jax.random.wrap_key_data | - | -
random.gamma | rng.gamma | jax.random.gamma | torch.distributions.Gamma | tf.randomGamma
random.gumbel | rng.gumbel | jax.random.gumbel | torch.distributions.Gumbel | -
random.keys | SeedSequence.spawn | jax.random.split | - | -
random.laplace | rng.laplace | jax.random.laplace | torch.distributions.Laplace | -
random.multinomial | rng.multinomial | jax.random.multinomial | torch.distributions.Multinomial | -
random.normal | rng.normal | jax.random.normal | torch.randn | tf.randomNormal
random.permutation | rng.permutation | jax.random.permutation | torch.randperm | -
random.poisson | rng.poisson | jax.random.poisson | torch.poisson | -
random.randint | rng.integers | jax.random.randint | torch.randint | tf.randomUniformInt
random.split | SeedSequence.spawn | jax.random.split | - | -
random.truncatedNormal | scipy.stats.truncnorm | jax.random.truncated_normal | torch.nn.init.trunc_normal_ | tf.truncatedNormal
random.uniform | rng.uniform | jax.random.uniform | torch.rand | tf.randomUniform
`
  .trim()
  .split('\n')
  .map((line) => line.split(' | '))

const prefixes = ['jnp.', 'torch.', 'tf.']

/** The names of an operation in NumPy or SciPy, JAX, PyTorch and TensorFlow.js. */
export const elsewhere: ReadonlyMap<string, readonly string[]> = new Map(
  lines.map(([own = '', numpy = '', ...others]) => [
    own,
    [numpy, ...others.map((name, i) => (name === '=' ? numpy.replace('np.', prefixes[i] ?? '') : name))].map((name) =>
      name === '-' ? '–' : `\`${name}\``
    )
  ])
)
