using System.Buffers.Binary;
using System.Text;

namespace Amend.Tensors.Files.PyTorch;

/// <summary>
/// Reads a pickled state_dict without running anything: the opcodes build plain values, a global is a word from a short list,
/// and what is not on the lists is refused by its name. Every step costs bounded memory, and their number is bounded.
/// </summary>
internal sealed class PickleMachine
{
    private const int MostSteps = 1_000_000;
    private const int MostDepth = 64;
    private const int NewestProtocol = 5;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _pickle;
    private readonly string _file;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _at;

    private PickleMachine(byte[] pickle, string file)
    {
        _pickle = pickle;
        _file = file;
    }

    /// <summary>The value that a pickle describes.</summary>
    /// <param name="pickle">Its bytes.</param>
    /// <param name="file">The file it comes from, for messages.</param>
    /// <exception cref="AmendException">The pickle is broken, or asks for what a state_dict does not need.</exception>
    public static object? Read(byte[] pickle, string file) => new PickleMachine(pickle, file).Run();

    private object? Run()
    {
        for (var step = 0; step < MostSteps; step++)
        {
            var opcode = (PickleOpcode)Take(1)[0];
            if (opcode == PickleOpcode.STOP)
                return _stack.Count == 1 ? _stack[0] : throw Broken($"the pickle leaves {_stack.Count} values where a state_dict is one");
            Do(opcode);
        }

        throw Broken($"the pickle has more than {MostSteps} steps");
    }

    private void Do(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.PROTO:
                if (Take(1)[0] is var protocol && protocol > NewestProtocol)
                    throw Broken($"the pickle is of protocol {protocol}, newer than {NewestProtocol}");
                break;
            case PickleOpcode.FRAME: Take(8); break;
            case PickleOpcode.MARK: Mark(); break;
            case PickleOpcode.NONE: Push(null); break;
            case PickleOpcode.NEWTRUE: Push(true); break;
            case PickleOpcode.NEWFALSE: Push(false); break;
            case PickleOpcode.BININT: Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case PickleOpcode.BININT1: Push((long)Take(1)[0]); break;
            case PickleOpcode.BININT2: Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case PickleOpcode.LONG1: Push(Long(Take(Take(1)[0]))); break;
            case PickleOpcode.BINUNICODE: Push(Text(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))))); break;
            case PickleOpcode.SHORT_BINUNICODE: Push(Text(Take(Take(1)[0]))); break;
            case PickleOpcode.EMPTY_DICT: Push(new PickleDict()); break;
            case PickleOpcode.EMPTY_LIST: Push(new List<object?>()); break;
            case PickleOpcode.EMPTY_TUPLE: Push(Array.Empty<object?>()); break;
            case PickleOpcode.TUPLE: Push(PopToMark().ToArray()); break;
            case PickleOpcode.TUPLE1: Push(Pop(1)); break;
            case PickleOpcode.TUPLE2: Push(Pop(2)); break;
            case PickleOpcode.TUPLE3: Push(Pop(3)); break;
            case PickleOpcode.APPEND: Append(Pop(1)); break;
            case PickleOpcode.APPENDS: Append(PopToMark()); break;
            case PickleOpcode.SETITEM: SetItems(Pop(2)); break;
            case PickleOpcode.SETITEMS: SetItems(PopToMark()); break;
            case PickleOpcode.BINPUT: _memo[Take(1)[0]] = Top(); break;
            case PickleOpcode.LONG_BINPUT: _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top(); break;
            case PickleOpcode.MEMOIZE: _memo[_memo.Count] = Top(); break;
            case PickleOpcode.BINGET: Push(Memo(Take(1)[0])); break;
            case PickleOpcode.LONG_BINGET: Push(Memo(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case PickleOpcode.GLOBAL: Push(Global(Line(), Line())); break;
            case PickleOpcode.STACK_GLOBAL: StackGlobal(Pop(2)); break;
            case PickleOpcode.REDUCE: Reduce(Pop(2)); break;
            case PickleOpcode.BUILD: Build(Pop(1)[0]); break;
            case PickleOpcode.BINPERSID: Push(Storage(Pop(1)[0])); break;
            default: throw Refused(opcode);
        }
    }

    private void Mark()
    {
        if (_marks.Count == MostDepth)
            throw Broken($"the pickle nests deeper than {MostDepth}");
        _marks.Add(_stack.Count);
    }

    private void StackGlobal(object?[] names) =>
        Push(names is [string module, string name] ? Global(module, name) : throw Broken("the pickle's STACK_GLOBAL has no two names"));

    private TorchGlobal Global(string module, string name) =>
        TorchGlobal.Allowed.GetValueOrDefault($"{module}.{name}")
        ?? throw TorchFileProblem.Refused(_file,
            $"its pickle asks for {ShownName.Of($"{module}.{name}")}, which a state_dict does not need");

    private void Reduce(object?[] call)
    {
        if (call is not [TorchGlobal global, object?[] arguments])
            throw TorchFileProblem.Refused(_file, $"its pickle has a REDUCE of {Shown(call[0])} with {Shown(call[1])}");
        if (global.Call is not { } run)
            throw TorchFileProblem.Refused(_file, $"its pickle calls '{global.Name}', which is no function");
        Push(run(arguments) ?? throw Broken($"its pickle gives '{global.Name}' {arguments.Length} arguments that do not describe one: "
            + $"{string.Join(", ", arguments.Take(6).Select(Shown))}"));
    }

    /// <summary>A state_dict carries versions as the attribute _metadata, which nothing here needs.</summary>
    private void Build(object? state)
    {
        if (Top() is not PickleDict { IsOrdered: true } || state is not PickleDict { Keys: ["_metadata"] })
            throw TorchFileProblem.Refused(_file, $"its pickle has a BUILD of {Shown(Top())} from {Shown(state)}");
    }

    private TorchStorage Storage(object? id) =>
        id is object?[] and ["storage", TorchGlobal { Storage: { } type }, string key, string, long count] && count >= 0
            && key.Length is > 0 and < 64 && key.All(char.IsAsciiLetterOrDigit)
            ? new TorchStorage(type, key, count)
            : throw TorchFileProblem.Refused(_file, $"its pickle has a BINPERSID of {Shown(id)}, which is no storage");

    private void Append(ReadOnlySpan<object?> values)
    {
        if (Top() is not List<object?> list)
            throw Broken($"the pickle appends to {Shown(Top())}");
        list.AddRange(values);
    }

    private void SetItems(ReadOnlySpan<object?> pairs)
    {
        if (Top() is not PickleDict dict || pairs.Length % 2 != 0)
            throw Broken($"the pickle sets {pairs.Length} items of {Shown(Top())}");
        for (var i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i] is not string key)
                throw Broken($"a key in the pickle is {Shown(pairs[i])}, not a name");
            if (!dict.TryAdd(key, pairs[i + 1]))
                throw Broken($"the key {ShownName.Of(key)} comes twice");
        }
    }

    private void Push(object? value) => _stack.Add(value);

    private int Floor() => _marks.Count > 0 ? _marks[^1] : 0;

    private object? Top() => _stack.Count > Floor() ? _stack[^1] : throw Broken($"the pickle's stack is empty at byte {_at}");

    private object?[] Pop(int count)
    {
        if (_stack.Count - Floor() < count)
            throw Broken($"the pickle's stack is empty at byte {_at}");
        var popped = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return popped;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw Broken($"the pickle has no MARK for byte {_at}");
        var popped = Pop(_stack.Count - Floor());
        _marks.RemoveAt(_marks.Count - 1);
        return popped;
    }

    private object? Memo(long index) =>
        _memo.TryGetValue(index, out var value)
            ? value
            : throw Broken($"the pickle takes memo {index} of {_memo.Count}, which it never put there");

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > _pickle.Length - _at)
            throw Broken($"the pickle claims {count} bytes at byte {_at}, where {_pickle.Length - _at} are left");
        var taken = _pickle.AsSpan(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    private string Line()
    {
        var length = _pickle.AsSpan(_at).IndexOf((byte)'\n');
        if (length < 0)
            throw Broken($"the pickle breaks off in the name at byte {_at}");
        return Text(Take(length + 1)[..^1]);
    }

    private string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException cause)
        {
            throw TorchFileProblem.Broken(_file, $"a text in the pickle before byte {_at} is not UTF-8", inner: cause);
        }
    }

    private long Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > sizeof(long))
            throw Broken($"the pickle has a number of {bytes.Length} bytes before byte {_at}");
        long value = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1 : 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
            value = (value << 8) | bytes[i];
        return value;
    }

    private AmendException Refused(PickleOpcode opcode) => Enum.IsDefined(opcode)
        ? TorchFileProblem.Refused(_file, $"its pickle has the opcode {opcode} at byte {_at - 1}, which a state_dict does not need")
        : Broken($"byte {_at - 1} of its pickle is 0x{(byte)opcode:x2}, which is no opcode");

    private AmendException Broken(string found) => TorchFileProblem.Broken(_file, found);

    private static string Shown(object? value) => value switch
    {
        null => "None",
        string text => ShownName.Of(text),
        long or bool => $"{value}",
        object?[] tuple => $"a tuple of {tuple.Length}",
        List<object?> list => $"a list of {list.Count}",
        PickleDict dict => $"a dict of {dict.Keys.Count}",
        TorchGlobal global => $"'{global.Name}'",
        TorchStorage storage => $"a {storage.Type.Name} of {storage.Count}",
        TorchTensor tensor => $"a tensor of [{string.Join(",", tensor.Shape)}]",
        _ => value.GetType().Name,
    };
}
