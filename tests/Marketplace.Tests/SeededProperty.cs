using FsCheck;
using FsCheck.Fluent;
using TestSupport;

namespace Marketplace.Tests;

/// <summary>Properties whose random cases follow from the seed of the test.</summary>
public static class SeededProperty
{
    // Any odd number serves; this one is the generator's own default.
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>Checks a property; a failure names the seed, which gives the same cases again.</summary>
    public static void Check(Config config, Property property) =>
        Seeded.Run(seed => FsCheck.Check.One(config.WithReplay(unchecked((ulong)seed), Gamma), property));
}
