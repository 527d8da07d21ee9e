using Amend.Tensors.Native;

namespace Amend.Tensors.Tests.Native;

public sealed class PatchedLibraryCacheTests
{
    [Fact]
    public void With_a_libstdcxx_that_has_the_version_nothing_is_written()
    {
        using var temp = new TempFolder();
        var packaged = PackagedLibrary.Path();
        var folder = Path.Combine(temp.Path, "native");

        Assert.Equal(packaged, PatchedLibraryCache.Resolve(packaged, systemHasVersion: true, folder));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void With_an_older_one_a_patched_copy_is_written_once_and_the_package_stays_as_it_is()
    {
        using var temp = new TempFolder();
        var packaged = PackagedLibrary.Path();
        var original = File.ReadAllBytes(packaged);

        var first = PatchedLibraryCache.Resolve(packaged, systemHasVersion: false, temp.Path);
        var written = File.GetLastWriteTimeUtc(first);
        var second = PatchedLibraryCache.Resolve(packaged, systemHasVersion: false, temp.Path);

        Assert.Equal(first, second);
        Assert.Equal(written, File.GetLastWriteTimeUtc(second));
        Assert.Equal(ElfVersionRequirements.MakeWeak(original, PatchedLibraryCache.MarkerVersion), File.ReadAllBytes(first));
        Assert.Equal(original, File.ReadAllBytes(packaged));
        Assert.Single(Directory.GetFiles(temp.Path));
    }

    [Fact]
    public void A_copy_that_was_cut_short_is_written_again()
    {
        using var temp = new TempFolder();
        var packaged = PackagedLibrary.Path();
        var copy = PatchedLibraryCache.Resolve(packaged, systemHasVersion: false, temp.Path);
        using (var cut = File.OpenWrite(copy))
            cut.SetLength(1000);

        PatchedLibraryCache.Resolve(packaged, systemHasVersion: false, temp.Path);

        Assert.Equal(new FileInfo(packaged).Length, new FileInfo(copy).Length);
    }

    [Fact]
    public async Task Many_that_start_at_once_get_the_same_whole_copy()
    {
        using var temp = new TempFolder();
        var packaged = PackagedLibrary.Path();
        var expected = ElfVersionRequirements.MakeWeak(File.ReadAllBytes(packaged), PatchedLibraryCache.MarkerVersion);

        var copies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            var path = PatchedLibraryCache.Resolve(packaged, systemHasVersion: false, temp.Path);
            return (path, bytes: File.ReadAllBytes(path));
        })));

        Assert.Single(copies.Select(c => c.path).Distinct());
        Assert.All(copies, copy => Assert.Equal(expected, copy.bytes));
        Assert.Single(Directory.GetFiles(temp.Path));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_one_sentence()
    {
        using var temp = new TempFolder();
        var file = Path.Combine(temp.Path, "file");
        File.WriteAllText(file, "");

        var failure = Assert.Throws<AmendException>(
            () => PatchedLibraryCache.Resolve(PackagedLibrary.Path(), systemHasVersion: false, Path.Combine(file, "native")));

        Assert.Contains("XDG_CACHE_HOME", failure.Message, StringComparison.Ordinal);
    }
}
