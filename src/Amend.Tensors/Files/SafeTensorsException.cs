namespace Amend.Tensors.Files;

/// <summary>A safetensors file that cannot be read: the sentence names file, tensor and numbers.</summary>
public sealed class SafeTensorsException : AmendException
{
    /// <summary>Creates the failure with its kind, its sentence and, where there is one, what caused it.</summary>
    public SafeTensorsException(SafeTensorsError error, string message, Exception? inner = null)
        : base(message, inner!)
    {
        Error = error;
    }

    /// <summary>Which failure it is.</summary>
    public SafeTensorsError Error { get; }

    internal static SafeTensorsException Broken(
        SafeTensorsError error,
        string file,
        string found,
        string advice = "download or write the file again",
        Exception? inner = null) =>
        new(error, $"Cannot read '{file}' as safetensors: {found}; {advice}.", inner);
}

/// <summary>The ways in which a safetensors file can be refused, one value a failure.</summary>
public enum SafeTensorsError
{
    /// <summary>The file is missing, or the system does not let it be read.</summary>
    Unreadable,

    /// <summary>The file is the pointer that Git LFS leaves in place of one.</summary>
    GitLfsPointer,

    /// <summary>The file is shorter than the 8 bytes that hold the header's length.</summary>
    FileTooShort,

    /// <summary>The header's length is over 100 MB.</summary>
    HeaderTooLarge,

    /// <summary>The header's length is more than what the file holds after it.</summary>
    HeaderBeyondFile,

    /// <summary>The header is not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>The header is not JSON.</summary>
    InvalidJson,

    /// <summary>The header does not begin with the brace of a JSON object.</summary>
    RootNotObject,

    /// <summary>Two tensors have the same name.</summary>
    DuplicateTensor,

    /// <summary>A key comes twice in the metadata or in a tensor's entry.</summary>
    DuplicateKey,

    /// <summary>A metadata value is not a string, or the metadata are not an object.</summary>
    MetadataNotStrings,

    /// <summary>A tensor's element type is not one of those that are read.</summary>
    UnknownDType,

    /// <summary>A tensor's entry lacks <c>dtype</c>, <c>shape</c> or <c>data_offsets</c>.</summary>
    MissingField,

    /// <summary>A field has the wrong JSON type, or the wrong number of elements.</summary>
    MistypedField,

    /// <summary>A tensor's entry has a field that the format does not know.</summary>
    UnknownField,

    /// <summary>A tensor has more than 64 dimensions, the most that libtorch computes with.</summary>
    TooManyDimensions,

    /// <summary>A dimension is negative.</summary>
    NegativeShape,

    /// <summary>A dimension, or the byte count that a shape gives, does not fit in 64 bits.</summary>
    ShapeOverflow,

    /// <summary>An offset does not fit in 64 bits.</summary>
    OffsetOverflow,

    /// <summary>An offset is negative, or a tensor ends before it begins.</summary>
    InvalidOffsets,

    /// <summary>The bytes between a tensor's offsets are not as many as its shape and type ask for.</summary>
    SizeMismatch,

    /// <summary>Two tensors share bytes.</summary>
    OverlappingTensors,

    /// <summary>There are bytes between two tensors, or before the first, that belong to none.</summary>
    HoleBetweenTensors,

    /// <summary>A tensor ends after the file does.</summary>
    DataTruncated,

    /// <summary>There are bytes after the last tensor.</summary>
    TrailingBytes,

    /// <summary>A byte of a <c>BOOL</c> tensor is neither 0 nor 1.</summary>
    InvalidBoolean,

    /// <summary>The file has no tensor of the name that was asked for.</summary>
    TensorNotFound,
}
