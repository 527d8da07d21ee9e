using System.Text;
using Amend.Tensors.Files.PyTorch;
using Amend.Testing.PyTorch;

namespace Amend.Tensors.Tests.Files.PyTorch;

/// <summary>Files that a pickle reader must not obey: each is refused in one sentence that names what it asked for, and none runs.</summary>
public sealed class HostileTorchFileTests : IDisposable
{
    private const long MostMemory = 300_000_000;

    private static readonly string Trap = Path.Combine(Path.GetTempPath(), $"amend-trap-{Guid.NewGuid():N}");

    private readonly TempFolder _folder = new();

    private static readonly Dictionary<string, (byte[] File, string Part)> Cases = new()
    {
        ["os.system"] = (Pickle(p => p.Global("os", "system").Op('(').Text($"touch {Trap}").Op('t').Op('R')), "asks for 'os.system'"),
        ["posix.system by STACK_GLOBAL"] = (Pickle(p => p.Text("posix").Text("system").Raw(0x93).Text($"touch {Trap}").Raw(0x85).Op('R')), "asks for 'posix.system'"),
        ["builtins.eval"] = (Pickle(p => p.Global("builtins", "eval").Text($"open('{Trap}','w')").Raw(0x85).Op('R')), "asks for 'builtins.eval'"),
        ["builtins.getattr in an item"] = (Item(p => p.Global("builtins", "getattr")), "asks for 'builtins.getattr'"),
        ["torch.storage._load_from_bytes"] = (Item(p => p.Global("torch.storage", "_load_from_bytes").Text("x").Raw(0x85).Op('R')), "asks for 'torch.storage._load_from_bytes'"),
        ["torch.load"] = (Item(p => p.Global("torch", "load")), "asks for 'torch.load'"),
        ["a storage that is not read"] = (Item(p => p.Storage("ComplexFloatStorage", "0", 4)), "asks for 'torch.ComplexFloatStorage'"),
        ["a name with control characters"] = (Item(p => p.Global("o\u001b[2Js", "x")), "asks for 'o?[2Js.x'"),
        ["REDUCE of a text"] = (Pickle(p => p.Text("os.system").Op(')').Op('R')), "a REDUCE of 'os.system'"),
        ["REDUCE of a storage type"] = (Item(p => p.Global("torch", "FloatStorage").Op(')').Op('R')), "calls 'torch.FloatStorage', which is no function"),
        ["INST"] = (Pickle(p => p.Op('(').Text("true").Raw(Encoding.ASCII.GetBytes("ios\nsystem\n"))), "the opcode INST"),
        ["OBJ"] = (Pickle(p => p.Op('(').Text("x").Op('o')), "the opcode OBJ"),
        ["NEWOBJ"] = (Pickle(p => p.Global("collections", "OrderedDict").Op(')').Raw(0x81)), "the opcode NEWOBJ"),
        ["NEWOBJ_EX"] = (Pickle(p => p.Raw(0x92)), "the opcode NEWOBJ_EX"),
        ["EXT1"] = (Pickle(p => p.Raw(0x82, 1)), "the opcode EXT1"),
        ["BYTEARRAY8 of 2 EB"] = (Pickle(p => p.Raw(0x96, 0, 0, 0, 0, 0, 0, 0, 0x20)), "the opcode BYTEARRAY8"),
        ["no opcode"] = (Pickle(p => p.Raw(0xff)), "is 0xff, which is no opcode"),
        ["BUILD with a state of its own"] = (Pickle(p => p.OrderedDict().Op('}').Text("__setstate__").Text("x").Op('s').Op('b')), "a BUILD of"),
        ["BUILD of a global"] = (Pickle(p => p.Global("torch._utils", "_rebuild_tensor_v2").Op('}').Op('b')), "a BUILD of 'torch._utils._rebuild_tensor_v2'"),
        ["persistent id that is a text"] = (Item(p => p.Text("http://host/x").Op('Q')), "a BINPERSID of 'http://host/x'"),
        ["persistent id with a path"] = (Item(p => p.Storage("FloatStorage", "../../etc/passwd", 4)), "a BINPERSID of a tuple of 5"),
        ["persistent id of a function"] = (Item(p => p.Op('(').Text("storage").Global("collections", "OrderedDict").Text("0").Text("cpu").Number(4).Op('t').Op('Q')), "a BINPERSID of"),
        ["PERSID"] = (Pickle(p => p.Raw("P0\n"u8)), "the opcode PERSID"),
        ["marks without end"] = (Pickle(p => p.Raw([.. Enumerable.Repeat((byte)'(', 1_000_000)])), "nests deeper than 64"),
        ["tuples without end"] = (Pickle(p => p.Op(')').Raw([.. Enumerable.Repeat((byte)0x85, 3_000_000)])), "more than 1000000 steps"),
        ["lists without end"] = (Pickle(p => p.Raw([.. Enumerable.Repeat((byte)']', 3_000_000)])), "more than 1000000 steps"),
        ["a pickle of 20 MB"] = (Pickle(p => p.Text(new string('x', 20_000_000))), "more than the 16777216 that are read"),
        ["a text of 4 GB"] = (Pickle(p => p.Raw((byte)'X').U32(uint.MaxValue).Raw(1, 2)), "claims 4294967295 bytes"),
        ["a number of 255 bytes"] = (Pickle(p => p.Raw(0x8a, 255).Raw(new byte[255])), "a number of 255 bytes"),
        ["a text that is not UTF-8"] = (Pickle(p => p.Raw((byte)'X').U32(1).Raw(0xff)), "is not UTF-8"),
        ["memo out of range"] = (Pickle(p => p.Raw((byte)'j').U32(uint.MaxValue)), "takes memo 4294967295 of 0"),
        ["an empty stack"] = (Pickle(p => p.Op('R')), "stack is empty"),
        ["values from below the mark"] = (Pickle(p => p.Op('}').Op('(').Op('s')), "stack is empty"),
        ["no mark"] = (Pickle(p => p.Op('}').Op('u')), "has no MARK"),
        ["no end"] = (ZipBytes.Checkpoint([0x80, 2, (byte)'}']), "claims 1 bytes at byte 3, where 0 are left"),
        ["two values"] = (Pickle(p => p.Op('}').Op('}')), "leaves 2 values"),
        ["protocol 9"] = (ZipBytes.Checkpoint([0x80, 9, (byte)'}', (byte)'.']), "of protocol 9"),
        ["a key twice"] = (Pickle(p => p.Op('}').Op('(').Text("w").Number(1).Text("w").Number(2).Op('u')), "the key 'w' comes twice"),
        ["a key that is a number"] = (Pickle(p => p.Op('}').Number(1).Number(2).Op('s')), "a key in the pickle is 1"),
        ["an odd number of items"] = (Pickle(p => p.Op('}').Op('(').Text("w").Op('u')), "sets 1 items"),
        ["items of a list"] = (Pickle(p => p.Op(']').Text("w").Number(1).Op('s')), "sets 2 items of a list of 0"),
        ["no state_dict"] = (Pickle(p => p.Number(3)), "it holds no state_dict"),
        ["a number among the tensors"] = (Item(p => p.Number(3)), "its item 'w' is no tensor"),
        ["a state_dict within"] = (Item(p => p.OrderedDict()), "its item 'w' is no tensor"),
        ["a view past its storage"] = (View(offset: 1, [2, 2], [2, 1]), "that do not describe one: a FloatStorage of 4, 1"),
        ["a stride past its storage"] = (View(0, [2, 2], [3, 1]), "that do not describe one"),
        ["one element shown a billion times"] = (View(0, [1_000_000_000], [0]), "that do not describe one"),
        ["a shape that overflows"] = (View(0, [long.MaxValue, 4], [4, 1]), "that do not describe one"),
        ["a shape with a stride that overflows"] = (View(0, [2, 2], [long.MaxValue, long.MaxValue]), "that do not describe one"),
        ["a negative size"] = (View(0, [-1, 2], [2, 1]), "that do not describe one"),
        ["a negative stride"] = (View(3, [2], [-1]), "that do not describe one"),
        ["a negative offset"] = (View(-1, [2], [1]), "that do not describe one"),
        ["sizes and strides of two ranks"] = (View(0, [2, 2], [1]), "that do not describe one"),
        ["65 dimensions"] = (View(0, [.. Enumerable.Repeat(1L, 65)], [.. Enumerable.Repeat(1L, 65)]), "that do not describe one"),
        ["a storage of another size"] = (Item(p => p.Tensor("FloatStorage", "0", 5, 0, [2, 2], [2, 1])), "storage '0' of tensor 'w' has 16 bytes where a FloatStorage of 5 elements"),
        ["a storage of another type"] = (Item(p => p.Tensor("DoubleStorage", "0", 4, 0, [2, 2], [2, 1])), "where a DoubleStorage of 4 elements"),
        ["a storage that is not there"] = (Item(p => p.Tensor("FloatStorage", "9", 4, 0, [2, 2], [2, 1])), "in the storage '9', which the zip lacks"),
        ["a path out of the zip"] = (Zip(z => z.Add("archive/../../etc/cron.d/x", [1])), "which is not a plain path inside the zip"),
        ["a path from the root"] = (Zip(z => z.Add("/etc/passwd", [1])), "which is not a plain path inside the zip"),
        ["a path with a drive"] = (Zip(z => z.Add("C:\\x", [1])), "which is not a plain path inside the zip"),
        ["two pickles"] = (Zip(z => z.Add("other/data.pkl", Honest)), "2 entries FOLDER/data.pkl"),
        ["a pickle twice"] = (Zip(z => z.Add("archive/data.pkl", Honest)), "two entries are named 'archive/data.pkl'"),
        ["no pickle"] = (new ZipBytes().Add("archive/version", [1]).Done(), "0 entries FOLDER/data.pkl"),
        ["a compressed entry"] = (Zip(z => z.Add("archive/data/1", [1, 2], method: 8)), "is compressed (method 8)"),
        ["an encrypted entry"] = (Zip(z => z.Add("archive/data/1", [1, 2], flags: 1)), "is encrypted"),
        ["an entry larger than the file"] = (Zip(z => z.Add("archive/data/1", [1], size: 4_000_000_000)), "claims 4000000000 bytes"),
        ["an entry after the file"] = (Zip(z => z.Add("archive/data/1", [1], place: 4_000_000_000)), "is placed at byte 4000000000"),
        ["an entry in the middle of another"] = (Zip(z => z.Add("archive/data/1", [1], place: 3)), "there is no entry"),
        ["entries that share bytes"] = (Zip(z => z.Add("archive/data/1", new byte[16], place: 0)), "share bytes"),
        ["more entries than there are"] = (new ZipBytes().Add("archive/data.pkl", Honest).Done(count: 60_000), "its zip directory breaks off"),
        ["big-endian"] = (new ZipBytes().Add("a/data.pkl", Honest).Add("a/byteorder", "big"u8.ToArray()).Done(), "its byte order is 'big'"),
        ["truncated"] = (ZipBytes.Checkpoint(Honest, ("0", new byte[16]))[..^30], "no zip directory at its end"),
        ["empty"] = ([], "it has 0 bytes"),
        ["the old form"] = ([0x80, 2, 0x8a, 10, 0x6c, 0xfc], "of the form before PyTorch 1.6"),
        ["another format"] = (Encoding.ASCII.GetBytes("<html>not found</html>"), "no zip directory at its end"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static byte[] Honest => new PickleBytes().Proto().Op('}').Done();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_refused_by_name_with_bounded_memory_and_nothing_is_run(string name)
    {
        var (file, part) = Cases[name];
        var path = _folder.Write("pytorch_model.bin", file);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<AmendException>(() => TorchFile.Open(path).Dispose());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"Cannot read '{path}' as a PyTorch checkpoint: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.False(File.Exists(Trap));
        using var exclusive = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public void Any_flipped_byte_or_cut_ends_in_one_sentence_or_in_the_tensors()
    {
        var whole = Item(p => p.SomeTensor());
        var random = new Random(4);
        for (var i = 0; i < 4_000; i++)
        {
            var bytes = (byte[])whole.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (i % 4 == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            var path = _folder.Write("pytorch_model.bin", bytes);
            try
            {
                using var file = TorchFile.Open(path);
                foreach (var entry in file.Entries)
                    file.Load(entry.Name).Dispose();
            }
            catch (AmendException)
            {
                // A refusal is one of the two right ends.
            }
        }
    }

    private static byte[] Pickle(Func<PickleBytes, PickleBytes> write) =>
        ZipBytes.Checkpoint(write(new PickleBytes().Proto()).Done(), ("0", new byte[16]));

    private static byte[] Item(Func<PickleBytes, PickleBytes> write) => Pickle(p => write(p.OrderedDict().Text("w")).Op('s'));

    private static byte[] View(long offset, long[] shape, long[] stride) => Item(p => p.Tensor("FloatStorage", "0", 4, offset, shape, stride));

    private static byte[] Zip(Func<ZipBytes, ZipBytes> write) => write(new ZipBytes().Add("archive/data.pkl", Honest)).Done();
}
