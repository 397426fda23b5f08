using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Mlops.Core.Secrets;

namespace Mlops.Server.Secrets;

/// <summary>
/// The key ring in the metadata database, so that every server reads what another one encrypted. Asked once a day: that it blocks its thread is no harm.
/// </summary>
internal sealed class DatabaseKeyRing(KeyRingStore store) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. Task.Run(() => store.ListAsync(CancellationToken.None)).GetAwaiter().GetResult().Select(xml => XElement.Parse(xml))];

    public void StoreElement(XElement element, string friendlyName) =>
        Task.Run(() => store.AddAsync(friendlyName, element.ToString(SaveOptions.DisableFormatting), CancellationToken.None)).GetAwaiter().GetResult();
}
