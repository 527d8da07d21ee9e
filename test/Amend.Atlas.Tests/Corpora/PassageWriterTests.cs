using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Tensors;

namespace Amend.Atlas.Tests.Corpora;

public sealed class PassageWriterTests
{
    private static readonly AtlasWorld World = AtlasWorld.LoadEmbedded();

    [Fact]
    public void The_spans_of_a_sentence_hold_its_subject_and_object()
    {
        foreach (var fact in World.Facts)
        {
            for (var phrasing = 0; phrasing < fact.Relation.Phrasings.Count; phrasing++)
            {
                var sentence = PassageWriter.Sentence(fact, phrasing);

                Assert.Equal([fact.Subject], TextAt(sentence, sentence.Subjects));
                Assert.Equal([fact.Object], TextAt(sentence, sentence.Objects));
                Assert.EndsWith($" {fact.Object}.", sentence.Text);
            }
        }
    }

    [Fact]
    public void The_spans_of_a_description_hold_subjects_and_objects_of_the_world()
    {
        var writer = new PassageWriter(World);
        var subjects = World.Facts.SelectMany(f => new[] { f.Subject, Capitalised(f.Subject) }).ToHashSet();
        var objects = World.Facts.Select(f => f.Object).ToHashSet();
        foreach (var fact in World.Facts)
        {
            var description = writer.Description(fact, StableRandom.For(3, fact.Key));

            Assert.All(TextAt(description, description.Subjects), s => Assert.Contains(s, subjects));
            Assert.All(TextAt(description, description.Objects), o => Assert.Contains(o, objects));
            Assert.Contains(TextAt(description, description.Subjects), s => s == fact.Subject || s == Capitalised(fact.Subject));
            Assert.All(description.Objects, o => Assert.Contains(description.Subjects, s => s.End <= o.Start));
            Assert.InRange(description.Subjects.Count, 1, 4);
        }
    }

    [Fact]
    public void A_description_begins_with_a_capital_and_ends_with_a_full_stop()
    {
        var writer = new PassageWriter(World);

        Assert.All(World.Facts, fact =>
        {
            var text = writer.Description(fact, StableRandom.For(4, fact.Key)).Text;

            Assert.False(char.IsLower(text[0]), text);
            Assert.EndsWith(".", text);
            Assert.DoesNotContain("{", text);
            Assert.DoesNotContain("  ", text);
        });
    }

    private static string Capitalised(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static string[] TextAt(Passage passage, IReadOnlyList<(int Start, int End)> spans) =>
        [.. spans.Select(s => passage.Text[s.Start..s.End])];
}
