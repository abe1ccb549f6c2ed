using System.Text;
using System.Text.Unicode;
using Marketplace.Domain;
using Marketplace.Http;
using TestSupport;

namespace Marketplace.Tests.Feeds;

/// <summary>Good lines with random damage: whatever the bytes, a line is taken or everything is told that can be kept and shown; nothing is thrown.</summary>
public class MutatedLineTests
{
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u0000", "\\ud800", "\\udc00", "null", "true", "-", "1e999", "1e-999", "999999999999999999999999999999", "\"op\":",
            "\"sku\":", "\"messageId\":", "\"price\":", "{\"amount\":", "\"currency\":\"USD\"}", "\"\":", "\"reason\":\"", "\uFEFF", "\u2028", "😀", "\0", "\n", "/*", "//",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF0, 0x9F], .. new[] { '[', '{', ' ', 'x', '0' }.Select(c => Encoding.UTF8.GetBytes(new string(c, 2000))),
    ];

    [Fact]
    public void No_bytes_make_the_reading_throw() => Seeded.Run(seed =>
    {
        var random = new Random(seed);
        var starts = new[] { Lines.Patch, Lines.Put, """{"op":"pause","sku":"a","messageId":"m","reason":"r"}""" }.Select(Encoding.UTF8.GetBytes).ToArray();
        var (good, bad) = (0, 0);
        for (var i = 0; i < 5_000; i++)
        {
            var line = starts[random.Next(starts.Length)].ToList();
            for (var damage = random.Next(1, 4); damage > 0; damage--) Damage(line, random);
            var bytes = line.ToArray();
            var said = $"seed {seed}: {Convert.ToBase64String(bytes)}";
            try
            {
                var read = Lines.Reader.Read(bytes);
                Assert.True(read.Command is null == read.Errors.Count > 0, said);
                Assert.True(read.Command is null || (Utf8.IsValid(bytes) && Id.IsValid(read.Command.Sku) && read.Command.Sku == read.Sku), said);
                Assert.True(read.Errors.Count <= ObjectReading.MostErrors + 20, said);
                foreach (var text in read.Errors.SelectMany(e => new[] { e.Code, e.Path, e.Message }).Append(read.MessageId ?? "").Append(read.Sku ?? ""))
                    Assert.True(Rules.IsStorable(text) && text.Length < 400, said);
                Assert.True(read.Errors.All(e => ErrorCodes.All.Contains(e.Code) && e.Message.EndsWith('.') && !e.Message.Contains("System", StringComparison.Ordinal)), said);
                if (read.Command is null) bad++;
                else good++;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{said} threw {e}");
            }
        }
        Assert.True(good > 10 && bad > 500, $"{good} good and {bad} bad lines (seed {seed}).");
    });

    private static void Damage(List<byte> line, Random random)
    {
        var at = random.Next(line.Count + 1);
        var length = Math.Min(random.Next(1, 12), line.Count - at);
        switch (random.Next(5))
        {
            case 0:
                line.RemoveRange(at, length);
                break;
            case 1:
                line.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                break;
            case 2:
                line.InsertRange(random.Next(line.Count + 1), line.GetRange(at, length));
                break;
            case 3 when at < line.Count:
                line[at] = (byte)random.Next(256);
                break;
            default:
                line.RemoveRange(at, line.Count - at);
                break;
        }
    }
}
