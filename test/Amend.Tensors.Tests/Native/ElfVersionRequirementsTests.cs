using Amend.Tensors.Native;

namespace Amend.Tensors.Tests.Native;

public sealed class ElfVersionRequirementsTests
{
    [Fact]
    public void The_packaged_library_requires_the_marker_version()
    {
        Assert.True(ElfVersionRequirements.Requires(File.ReadAllBytes(PackagedLibrary.Path()), PatchedLibraryCache.MarkerVersion));
    }

    [Fact]
    public void Making_the_requirement_weak_changes_one_flag_byte_and_nothing_else()
    {
        var original = File.ReadAllBytes(PackagedLibrary.Path());
        var before = (byte[])original.Clone();

        var patched = ElfVersionRequirements.MakeWeak(original, PatchedLibraryCache.MarkerVersion);

        Assert.Equal(before, original);
        Assert.Equal(original.Length, patched.Length);
        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != patched[i]).ToList();
        var at = Assert.Single(changed);
        Assert.Equal(original[at] | 2, patched[at]);
        Assert.False(ElfVersionRequirements.Requires(patched, PatchedLibraryCache.MarkerVersion));
    }

    [Fact]
    public void Patching_twice_is_patching_once()
    {
        var once = ElfVersionRequirements.MakeWeak(File.ReadAllBytes(PackagedLibrary.Path()), PatchedLibraryCache.MarkerVersion);

        Assert.Equal(once, ElfVersionRequirements.MakeWeak(once, PatchedLibraryCache.MarkerVersion));
    }

    [Fact]
    public void Other_versions_stay_required()
    {
        var patched = ElfVersionRequirements.MakeWeak(File.ReadAllBytes(PackagedLibrary.Path()), PatchedLibraryCache.MarkerVersion);

        Assert.True(ElfVersionRequirements.Requires(patched, "GLIBCXX_3.4"));
        Assert.False(ElfVersionRequirements.Requires(patched, "GLIBCXX_9.9.9"));
    }

    [Fact]
    public void A_file_that_is_no_ELF_is_refused()
    {
        var failure = Assert.Throws<AmendException>(() => ElfVersionRequirements.MakeWeak("MZ, not an ELF"u8, PatchedLibraryCache.MarkerVersion));

        Assert.Contains("ELF64", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truncated_libraries_are_refused_and_never_read_out_of_bounds()
    {
        var original = File.ReadAllBytes(PackagedLibrary.Path());

        for (var length = 64; length < original.Length; length += original.Length / 50)
        {
            var cut = original.AsSpan(0, length).ToArray();
            Assert.Throws<AmendException>(() => ElfVersionRequirements.Requires(cut, PatchedLibraryCache.MarkerVersion));
        }
    }
}
