using System.Text;
using Marketplace.Feeds;
using Marketplace.Feeds.Lines;
using TestSupport;

namespace Marketplace.Tests.Feeds;

public class LineChunksTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a\n", "a")]
    [InlineData("a\nb", "a|b")]
    [InlineData("\n", "")]
    [InlineData("\n\n", "|")]
    [InlineData("a\n\n b \n", "a|| b ")]
    public void Lines_end_with_a_line_feed_and_the_last_one_may_lack_it(string upload, string lines)
    {
        var chunks = Cut(Encoding.ASCII.GetBytes(upload), 1_000);
        Assert.Equal(lines, string.Join('|', LinesOf(chunks).Select(Encoding.ASCII.GetString)));
    }

    [Fact]
    public void However_the_bytes_arrive_the_lines_are_the_same() => Seeded.Run(seed =>
    {
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            var lines = Enumerable.Range(0, random.Next(1, 300)).Select(_ => Line(random)).ToArray();
            var upload = lines.SelectMany(line => line.Append((byte)'\n')).ToArray();
            var chunks = Cut(upload, random.Next(1, 5_000));

            var kept = lines.Select(line => line[..Math.Min(line.Length, FeedLineReader.MaxBytes + 1)]).ToArray();
            Assert.True(kept.Zip(LinesOf(chunks)).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)), $"seed {seed}");
            Assert.Equal((kept.Length, kept.Length), (LinesOf(chunks).Count(), chunks[^1].LastLine));
            // One after another, and no chunk larger than a chunk may be, unless a single line is.
            Assert.Equal(chunks.Select(chunk => chunk.FirstLine), chunks.Select(chunk => chunk.LastLine + 1).Prepend(1).SkipLast(1));
            Assert.All(chunks, chunk => Assert.True(chunk.Content.Length <= LineChunks.ChunkBytes || chunk.FirstLine == chunk.LastLine, $"seed {seed}"));
        }
    });

    private static byte[] Line(Random random)
    {
        var line = new byte[random.Next(20) == 0 ? random.Next(3 * FeedLineReader.MaxBytes) : random.Next(400)];
        random.NextBytes(line);
        line.AsSpan().Replace((byte)'\n', (byte)'x');
        return line;
    }

    private static List<FeedChunk> Cut(byte[] upload, int at)
    {
        var (chunks, found) = (new LineChunks(), new List<FeedChunk>());
        foreach (var part in upload.Chunk(at))
        {
            chunks.Add(part);
            while (chunks.TryTake(out var chunk)) found.Add(chunk!);
        }
        chunks.End();
        while (chunks.TryTake(out var chunk)) found.Add(chunk!);
        return found;
    }

    private static IEnumerable<byte[]> LinesOf(IEnumerable<FeedChunk> chunks)
    {
        foreach (var chunk in chunks)
            for (int start = 0, end; start < chunk.Content.Length; start = end + 1)
            {
                end = Array.IndexOf(chunk.Content, (byte)'\n', start);
                yield return chunk.Content[start..end];
            }
    }
}
