"""What Python, NumPy and PyTorch say when something breaks, and what that means in plain words."""

from typing import Final

# Each pattern is searched in the text of an exception; the first that is found gives the meaning.
MEANING_OF_TEXT: Final[tuple[tuple[str, str], ...]] = (
    # numbers and arrays
    (
        r"only (length-1|size-1|0-dimensional) arrays can be converted",
        "An array stands where Python wants one number: functions of `math`, `float(...)` and "
        "`int(...)` take single numbers only. Use NumPy's own functions on arrays, and `.item()` on "
        "an array of one entry such as (1, 1).",
    ),
    (
        r"shapes .* not aligned|matmul: Input operand .* mismatch|mat1 and mat2 shapes|"
        r"size mismatch, got|inconsistent tensor size|dot : expected both vectors|expected .*batch",
        "The shapes do not fit a matrix product: the columns on the left must be as many as the rows "
        "on the right, and the dtypes must agree. Write both shapes down; often one side needs a "
        "transpose or the order is swapped.",
    ),
    (
        r"matmul: Input operand .* not have enough dimensions|both arguments to matmul need",
        "`@` multiplies matrices and vectors only; use `*` with a plain number.",
    ),
    (
        r"operands could not be broadcast|non-broadcastable output|must match the size of tensor|"
        r"could not broadcast input array",
        "The shapes of two arrays do not fit together entry by entry. Write both shapes down and "
        "compare them from the right: each pair of lengths must be equal, or one of them 1.",
    ),
    (
        r"Cannot cast ufunc .* output|result type .* can't be cast",
        "An array of integers cannot take decimals in place (`+=`, `-=`, `*=`). Make it an array of "
        "floats first, or build a new array: `w = w - step`.",
    ),
    (
        r"truth value of an empty array",
        "`if`, `and`, `or` and `not` cannot decide about an empty array; ask for its `.size`.",
    ),
    (
        r"truth value of an array|Boolean value of Tensor with more than one",
        "`if`, `and`, `or` and `not` want one True or False, but an array has many. Use `np.where` or"
        " a mask to choose entry by entry, `.any()` or `.all()` for one answer.",
    ),
    (
        r"boolean index did not match|mask .* does not match the shape",
        "A mask must have the shape of the array that it picks from.",
    ),
    (
        r"arrays used as indices must be|only integers, slices|indices must be integers|"
        r"slice indices must be|cannot be interpreted as an integer|tensors used as indices must be",
        "A float, or text, stands where a whole number is needed, as an index or a count. `//` "
        "divides whole numbers to a whole number, where `/` always gives a float.",
    ),
    (
        r"too many indices",
        "More indices are given than the array has axes. Look at its shape first.",
    ),
    (
        r"Target -?\d+ is out of bounds",
        "A class label is not among the classes: with C outputs, labels run from 0 to C − 1.",
    ),
    (
        r"axis -?\d+ is out of bounds|Dimension out of range|axes don't match",
        "The array has fewer axes than you name: axis 0 is the first one, and a vector has no axis 1.",
    ),
    (
        r"out of bounds|index out of range|pop from empty",
        "An index lies beyond the end. The first index is 0, the last is the length minus 1; an empty list has none.",
    ),
    (
        r"cannot reshape|invalid for input of size",
        "A reshape must keep the number of entries; −1 lets one length be worked out from the others.",
    ),
    (
        r"input arrays? must have same number of dim|dimensions for the concatenation axis|"
        r"Sizes of tensors must match|Tensors must have same number of dim|"
        r"arrays must have the same shape",
        "The arrays to be joined have shapes that do not fit: all axes but the joined one must have equal lengths.",
    ),
    (
        r"setting an array element with a sequence|inhomogeneous shape|expected sequence of length",
        "The rows have different lengths, or a list stands where one number belongs, so no array can be built.",
    ),
    (
        r"Cannot interpret .* as a data type",
        "A shape of two or more lengths is one argument, a tuple: `np.zeros((3, 2))`.",
    ),
    (
        r"negative dimensions",
        "A length came out negative, so no array of that shape can exist.",
    ),
    (
        r"zero-size array to reduction|arg is an empty sequence|iterable argument is empty",
        "There is no largest or smallest among nothing: the list or array is empty here.",
    ),
    (
        r"does not result in an equal division",
        "`np.split` needs equal parts; `np.array_split` does not.",
    ),
    (
        r"Singular matrix",
        "The matrix has no inverse, as when two of its columns are copies of each other.",
    ),
    (
        r"must be square",
        "Only a square matrix can be inverted or solved with; look at its shape.",
    ),
    (
        r"boolean (subtract|negative)",
        "Booleans cannot be subtracted. Turn them into numbers with `.astype(float)`, or use `~` to negate a mask.",
    ),
    (
        r"Integers to negative integer powers",
        "An array of integers cannot be raised to a negative power. Make it an array of floats first.",
    ),
    (
        r"math range error|Numerical result out of range|Result too large",
        "A number grew too large, most often in `exp`.",
    ),
    (
        r"math domain error|expected a (positive|nonnegative) input",
        "A logarithm of zero or a square root of a negative number was asked for.",
    ),
    # PyTorch
    (
        r"not compiled with (CUDA|XPU)|not linked with support for mps|NVIDIA driver|No CUDA GPUs|without ATen_cuda",
        'There is no GPU here. Leave the model and the tensors on the device that they come on: `.to("cuda")` and '
        "`.cuda()` are not needed.",
    ),
    (
        r"not implemented for '(Long|Int|Short|Char|Byte|Bool)'",
        "This torch function computes with decimals, and was given whole numbers. Are its arguments the wrong way "
        "round? A loss function takes the outputs first and then `y`; elsewhere `.float()` makes decimals.",
    ),
    (
        r"leaf Variable that requires grad",
        "A parameter cannot be changed in place while its gradient is recorded. Put the update inside"
        " `with torch.no_grad():`.",
    ),
    (
        r"Can't call numpy\(\) on Tensor that requires grad",
        "A tensor that requires a gradient does not become an array by itself: `.detach().numpy()`.",
    ),
    (
        r"backward through the graph a second time",
        "`backward()` was called twice on one graph. Compute the loss anew before each call; a loss "
        "summed over many batches, or a hidden value kept from the last one, still hangs on the old "
        "graph.",
    ),
    (
        r"modified by an inplace operation",
        "A value that `backward()` still needs was changed in place (`+=`, `x[...] = `, a method "
        "ending in `_`). Build a new tensor instead.",
    ),
    (
        r"does not require grad and does not have a grad_fn",
        "Nothing in this loss requires a gradient. It was cut off from the parameters by `.detach()`,"
        " `.item()`, `.numpy()`, `torch.no_grad()`, or by making a new tensor from numbers.",
    ),
    (
        r"grad can be implicitly created only for scalar",
        "`backward()` starts from one number: take the mean or the sum of the losses first.",
    ),
    (
        r"Only Tensors of floating point|could not infer output dtype",
        "This needs floats, but the tensor holds integers: give it decimals, or use `.float()`.",
    ),
    (
        r"expected target dtype to be Long|expected scalar type Long|not implemented for 'Float'",
        "`CrossEntropyLoss` takes the class labels as whole numbers: `.long()`.",
    ),
    (
        r"Found dtype|expected scalar type|to have the same dtype|"
        r"expected m1 and m2 to have the same dtype",
        "Tensors of different dtypes meet. Bring them to one, most often with `.float()`.",
    ),
    (
        r"all elements of input should be between 0 and 1",
        "This loss takes probabilities from 0 to 1: a sigmoid is missing, or the loss with logits is meant.",
    ),
    (
        r"Target size .* must be the same as input size",
        "Prediction and target have different shapes, such as (n, 1) and (n,). Bring them to one shape.",
    ),
    (
        r"elements cannot be converted to Scalar",
        "`.item()` works on a tensor of one entry only.",
    ),
    (
        r"must be Tensor, not",
        "This torch function takes tensors: `torch.as_tensor(...)` makes one of an array.",
    ),
    (
        r"empty parameter list",
        "The optimiser was given no parameters: pass `model.parameters()`, still unused.",
    ),
    # None and other kinds of values
    (
        r"NoneType.*\b(zero_|data|add_|detach)\b",
        "A `.grad` is None here: `backward()` has not run yet, or the tensor does not require a gradient.",
    ),
    (
        r"NoneType|None of type",
        "Something is None here that should hold a value. A function without `return` gives None, and"
        " so do methods that change a list or an array in place, such as `.append`, `.sort` and "
        "`shuffle`; a `.grad` is None before `backward()`.",
    ),
    (
        r"takes no keyword|unexpected keyword argument|invalid keyword argument",
        "An argument was given by a name that the function does not have. Keep the argument names of the starter.",
    ),
    (
        r"missing \d+ required|takes .* positional arguments? but|takes exactly|takes at most|"
        r"takes no arguments|expected (at most|at least|exactly)? ?\d+ arguments?",
        "The number of arguments does not fit the function's `def`. Keep the arguments of the "
        "starter; in a class, the first one of each method is `self`.",
    ),
    (
        r"unhashable type",
        "A list, array or dictionary cannot be a key or a member of a set; a tuple of numbers can.",
    ),
    (
        r"object is not callable",
        "Something that is not a function is called with parentheses. Square brackets pick entries, "
        "`*` multiplies, and a variable may have taken the name of a function.",
    ),
    (
        r"is not subscriptable|does not support indexing",
        "Square brackets were put on something without entries, such as a number or a function.",
    ),
    (
        r"is not iterable|has no len\(\)|cannot unpack non-iterable|iteration over a 0-d",
        "One number stands where several values are expected, in a loop, a `len(...)` or an assignment.",
    ),
    (
        r"values to unpack",
        "An assignment to several names got another number of values than there are names.",
    ),
    (
        r"does not support item assignment",
        "A tuple or text cannot be changed in place; use a list or an array.",
    ),
    (
        r"'(list|tuple)' object has no attribute|unsupported operand type.*'(list|tuple)'|"
        r"can't multiply sequence by non-int|can only concatenate (list|tuple)",
        "A Python list or tuple cannot do arithmetic and has no shape. Turn it into an array with `np.array(...)`.",
    ),
    (
        r"'float' object has no attribute 'backward'",
        "`backward()` starts from a tensor, and this is a plain number already: `.item()` came before it. Call "
        "`loss.backward()` first, and `.item()` afterwards.",
    ),
    (
        r"'(int|float|complex)' object has no attribute",
        "A plain Python number has no `.shape`, `.sum()` and the like; `np.asarray(...)` makes an array of it.",
    ),
    (
        r"'numpy.ndarray' object has no attribute|'Tensor' object has no attribute",
        "Arrays and tensors have no method or attribute of that name. They do not grow as lists do, "
        "and NumPy's names differ from torch's.",
    ),
    (
        r"^module .* has no attribute",
        "That module has nothing of this name. Look for a slip in the spelling.",
    ),
    (
        r"'str'|concatenate str|convert string|invalid literal",
        "Text stands where a number is needed.",
    ),
    (
        r"unsupported operand type",
        "Two values of kinds that do not go together meet in this operation.",
    ),
)
