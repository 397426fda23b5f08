using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Mlops.Core;
using Mlops.Core.Runs.Approvals;

namespace Mlops.Server.Approvals;

/// <summary>
/// Links by which whoever holds one decides an approval. A link is its own proof: id and end, encrypted and signed by the key ring that all servers on one
/// database share; nothing of it is stored.
/// </summary>
internal sealed class ApprovalLinks(IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>What the address of a link begins with; the token follows.</summary>
    public const string Prefix = "/approve";

    /// <summary>Ours have about 180 characters; no longer one is worth a look.</summary>
    private const int MaximumTokenLength = 512;

    private const int ContentLength = 2 * sizeof(long);

    private static readonly TimeSpan UsualValidity = TimeSpan.FromDays(7);

    // Not the time-limited protector: it reads the clock of the machine, and tells a link that is too old from a forged one by its text alone.
    private readonly IDataProtector _protector = protection.CreateProtector("Mlops.ApprovalLinks.v1");

    /// <summary>A link to an open approval.</summary>
    /// <param name="approval">The approval.</param>
    /// <param name="validFor">How long, and no longer than the approval; null for as long as that, or 7 days.</param>
    /// <exception cref="InvalidRequestException"><c>conflict</c>: nobody can decide it any more.</exception>
    public ApprovalLink Create(BlockApproval approval, TimeSpan? validFor)
    {
        var now = time.GetUtcNow();
        if (!approval.IsOpen(now))
        {
            throw new InvalidRequestException("conflict", [approval.DescribeEnd()]);
        }

        var wanted = now + (validFor ?? (approval.ExpiresAt is { } end ? end - now : UsualValidity));
        var seconds = (wanted < approval.ExpiresAt ? wanted : approval.ExpiresAt ?? wanted).ToUnixTimeSeconds();
        Span<byte> content = stackalloc byte[ContentLength];
        BinaryPrimitives.WriteInt64LittleEndian(content, approval.Id);
        BinaryPrimitives.WriteInt64LittleEndian(content[sizeof(long)..], seconds);
        return new ApprovalLink($"{Prefix}/{Base64Url.EncodeToString(_protector.Protect(content.ToArray()))}", DateTimeOffset.FromUnixTimeSeconds(seconds));
    }

    /// <summary>What a token was made for; null where it is none of ours. Whether it is still valid is for the caller to see.</summary>
    public ApprovalLinkContent? Read(string token)
    {
        if (token.Length > MaximumTokenLength || !Base64Url.IsValid(token))
        {
            return null;
        }

        // The last character has bits that say nothing: one spelling of a token is taken, and no other.
        var bytes = Base64Url.DecodeFromChars(token);
        if (Base64Url.EncodeToString(bytes) != token)
        {
            return null;
        }

        try
        {
            var content = _protector.Unprotect(bytes).AsSpan();
            return content.Length != ContentLength ? null : new ApprovalLinkContent(
                BinaryPrimitives.ReadInt64LittleEndian(content),
                DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(content[sizeof(long)..])));
        }
        catch (CryptographicException)
        {
            // Changed on its way, made by another installation, or by a key that is gone: all the same to whoever holds it.
            return null;
        }
    }
}

/// <summary>A link as it is given away.</summary>
/// <param name="Path">Its address on this server, token included.</param>
/// <param name="ExpiresAt">When it ceases to be valid; whole seconds.</param>
internal sealed record ApprovalLink(string Path, DateTimeOffset ExpiresAt);

/// <summary>What a link says.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="ExpiresAt">When it ceases to be valid.</param>
internal sealed record ApprovalLinkContent(long ApprovalId, DateTimeOffset ExpiresAt);
