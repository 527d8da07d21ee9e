using Amend.Tensors.Files;

namespace Amend.Tensors.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_file_holds_what_was_written()
    {
        var path = _folder.File("new.bin");

        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void An_old_file_is_replaced()
    {
        var path = _folder.Write("old.txt", [1, 2, 3, 4, 5]);

        AtomicFile.WriteAllText(path, "é");

        Assert.Equal([0xC3, 0xA9], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_write_that_fails_half_way_leaves_the_old_file_and_nothing_beside_it()
    {
        var path = _folder.Write("old.bin", [7]);

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new InvalidOperationException("half way");
        }));

        Assert.Equal([7], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_full_disk_is_one_sentence_with_the_path()
    {
        var path = _folder.Write("old.bin", [7]);

        var failure = Assert.Throws<AmendException>(
            () => AtomicFile.Write(path, _ => throw new IOException("No space left on device.")));

        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("(No space left on device)", failure.Message, StringComparison.Ordinal);
        Assert.Equal([7], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var path = Path.Combine(_folder.Path, "nowhere", "file.txt");

        var failure = Assert.Throws<AmendException>(() => AtomicFile.WriteAllText(path, "text"));

        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_not_replaced_by_a_file()
    {
        var path = _folder.File("taken");
        Directory.CreateDirectory(path);

        Assert.Throws<AmendException>(() => AtomicFile.WriteAllText(path, "text"));

        Assert.True(Directory.Exists(path));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void The_permissions_of_the_old_file_are_kept()
    {
        if (OperatingSystem.IsWindows())
            return;
        var path = _folder.Write("private.bin", [1]);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        AtomicFile.WriteAllText(path, "new");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_reader_of_the_old_file_goes_on_reading_it()
    {
        var path = _folder.Write("read.bin", [1, 2]);
        using var reader = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

        AtomicFile.Write(path, stream => stream.Write([9]));

        Assert.Equal(1, reader.ReadByte());
        Assert.Equal([9], File.ReadAllBytes(path));
    }
}
