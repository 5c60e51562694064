import { ts } from 'ts-morph'

const SERVICE = /(?:Service|Client|Logger|Repository|Connection|Pool|Signal|Controller|Database|DataSource|Manager|Provider|Adapter|Gateway|Module|Context|Dispatch|Router|Request|Response|Reply|Server|Store|Cache|Redis|Prisma\w*|Knex|Kysely|Axios\w*|Fetcher|Emitter|Queue|Registry|Factory|Function|Tx|Transaction)\w{0,2}$/

/** Does a declared type say that the value does something, and is no data? */
export function isServiceType(type: ts.TypeNode): boolean {
  if (ts.isFunctionTypeNode(type)) return true
  if (ts.isParenthesizedTypeNode(type)) return isServiceType(type.type)
  if (ts.isUnionTypeNode(type)) return type.types.some(isServiceType)
  return ts.isTypeReferenceNode(type) && SERVICE.test(type.typeName.getText())
}
