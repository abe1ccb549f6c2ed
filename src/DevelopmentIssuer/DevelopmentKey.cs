using System.Security.Cryptography;
using System.Text;

namespace DevelopmentIssuer;

/// <summary>
/// The key pair with which this program signs tokens in development: ECDSA on P-256, kept as PEM (PKCS #8) in a file that only its owner may
/// read. Whoever needs it first makes it; all others read the same one, however many processes begin at once.
/// </summary>
public sealed class DevelopmentKey : IDisposable
{
    /// <summary>The file's name where only a folder is known.</summary>
    public const string FileName = "token-key.pem";

    /// <summary>The largest file that is read, in bytes.</summary>
    public const int LargestFile = 16 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ECDsa _pair;
    private readonly Lock _turn = new();

    private DevelopmentKey(ECDsa pair)
    {
        _pair = pair;
        Public = pair.ExportParameters(includePrivateParameters: false);
        KeyId = Thumbprint(Public);
    }

    /// <summary>The public half.</summary>
    public ECParameters Public { get; }

    /// <summary>The key's name in tokens: the thumbprint of its public half (RFC 7638).</summary>
    public string KeyId { get; }

    /// <summary>Reads the key of a file, and makes it when there is none.</summary>
    /// <exception cref="DevelopmentKeyException">The file is no such key, or not this user's alone; the message says what to do.</exception>
    public static DevelopmentKey ReadOrMake(string path)
    {
        try
        {
            if (!File.Exists(path)) Make(path);
            return Read(path);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or CryptographicException or ArgumentException)
        {
            throw new DevelopmentKeyException($"The key for tokens in {path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Signs (ECDSA with SHA-256, the two numbers one after the other, as JSON Web Signatures have it).</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_turn) return _pair.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <inheritdoc />
    public void Dispose() => _pair.Dispose();

    private static DevelopmentKey Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            throw new DevelopmentKeyException($"{path} may be read or changed by others, so that they could sign tokens: chmod 600 {path}");
        if (new FileInfo(path).Length > LargestFile) throw new DevelopmentKeyException($"{path} is no key: it is larger than {LargestFile} bytes.");
        var pair = ECDsa.Create();
        try
        {
            pair.ImportFromPem(File.ReadAllText(path));
            if (pair.KeySize != 256) throw new DevelopmentKeyException($"{path} holds a key of another kind than ECDSA on P-256.");
            return new DevelopmentKey(pair);
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    // Written beside its place and linked into it: nobody ever reads half a key, and of several makers one wins.
    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        else Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly | UnixFileMode.UserExecute);
        var fresh = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            using (var file = new FileStream(fresh, NewFile()))
            {
                file.Write(Encoding.ASCII.GetBytes(pair.ExportPkcs8PrivateKeyPem() + "\n"));
                file.Flush(flushToDisk: true);
            }
            File.Move(fresh, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster: its key is everybody's.
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }

    private static string Thumbprint(ECParameters key) => DevelopmentTokens.Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(
        $$"""{"crv":"P-256","kty":"EC","x":"{{DevelopmentTokens.Base64Url(key.Q.X!)}}","y":"{{DevelopmentTokens.Base64Url(key.Q.Y!)}}"}""")));
}
